namespace Metering.Reports;

/// <summary>What one usage report may read, and what it needs to tell.</summary>
internal sealed class UsageReading(UsageQuery query, DateTimeOffset now)
{
    /// <summary>
    /// Most entries that are read for top users whom nobody has asked for, and for levels and units that rollups do not tell: usage is
    /// asked for often, and must not take seconds to read.
    /// </summary>
    private const long MaxUnasked = 20_000;

    /// <summary>Most users that are kept apart, each as often as parts of the span name it.</summary>
    private const long MaxUsers = 200_000;

    private readonly ReadBudget unasked = new(MaxUnasked);
    private readonly ReadBudget levels = new(MaxUnasked);
    private readonly ReadBudget units = new(MaxUnasked);
    private readonly ReadBudget users = new(MaxUsers);
    private volatile bool usersLeftOut;

    public UsageQuery Query { get; } = query;

    public DateTimeOffset Now { get; } = now;

    public ReadBudget Budget { get; } = new(ReadBudget.MaxEntries);

    /// <summary>Whether users can be told.</summary>
    public bool TellsUsers => !usersLeftOut;

    private bool MustTellUsers => Query.ByUser || Query.NeedsUsers;

    /// <summary>Takes entries that are read for numbers.</summary>
    public void Take(long entries)
    {
        if (!Budget.TryTake(entries))
        {
            throw ReadBudget.Exceeded();
        }
    }

    /// <summary>Takes entries that are read for users alone; false where users are rather left out.</summary>
    public bool TakeForUsers(long entries)
    {
        if (usersLeftOut)
        {
            return false;
        }

        if (MustTellUsers)
        {
            Take(entries);
            return true;
        }

        usersLeftOut = !unasked.TryTake(entries);
        return !usersLeftOut;
    }

    /// <summary>Takes entries that are read for the highest level of a day alone; false where it is rather left out.</summary>
    public bool TakeForLevels(long entries) => levels.TryTake(entries);

    /// <summary>Takes entries that are read for the unit of their cost alone; false where the cost is rather left out.</summary>
    public bool TakeForUnits(long entries) => units.TryTake(entries);

    /// <summary>Makes room for users; where there is none, they are left out, or the report is refused.</summary>
    public void KeepUsers(long count)
    {
        if (users.TryTake(count))
        {
            return;
        }

        usersLeftOut = MustTellUsers
            ? throw ReportRefusedException.Field(
                "/from", $"would tell more than {MaxUsers} users: ask for a shorter span, or make an export")
            : true;
    }
}
