namespace Metering.Reports;

/// <summary>A standing level over time, up to now: of each day from its rollup, within a day from the entries that are in it.</summary>
internal sealed class LevelLine(LicenseEvidence evidence, DateTimeOffset now)
{
    private const decimal TicksASecond = TimeSpan.TicksPerSecond;

    private readonly Dictionary<DateOnly, List<(LedgerPlace Place, decimal Delta)>> changes = [];

    /// <summary>Takes an entry of a day that is told by its entries.</summary>
    public void Take(DateOnly day, LedgerEntry entry)
    {
        if (!changes.TryGetValue(day, out var list))
        {
            changes[day] = list = [];
        }

        list.Add((DayEntries.Place(entry), entry.Amount));
    }

    /// <summary>When all entries have been taken.</summary>
    public void Order()
    {
        foreach (var day in changes.Keys.ToList())
        {
            // What happened at the same time stays in the order of the ledger.
            changes[day] = [.. changes[day].OrderBy(change => change.Place)];
        }
    }

    /// <summary>Adds a whole day to a tally, from its rollup; what a rollup can't tell stays unknown.</summary>
    public void AddDay(UsageTally tally, DateOnly day, DayRollup? rollup)
    {
        var start = ReportSpan.StartOf(day);
        if (start >= now)
        {
            return;
        }

        var opening = evidence.Opening(day);
        var end = start.AddDays(1);
        var unitSeconds = rollup?.UnitSeconds ?? opening * Seconds(start, end);
        if (end > now)
        {
            // The rollup takes the level to hold until the day's end, which has not come.
            unitSeconds -= evidence.Meter.Used * Seconds(now, end);
        }

        tally.Stand(unitSeconds, rollup switch
        {
            { OutOfOrder: true } => null,
            { HasValue: true } when rollup.Max > opening => rollup.Max,
            _ => opening,
        });
    }

    /// <summary>Adds a day, or a part of it, to a tally, from the day's entries.</summary>
    public void AddPart(UsageTally tally, DateOnly day, DateTimeOffset from, DateTimeOffset to)
    {
        if (from >= now)
        {
            return;
        }

        var level = evidence.Opening(day);

        // A whole day began with its opening, as in its rollup, though a change at midnight leaves no time at it.
        var max = to - from == TimeSpan.FromDays(1) ? level : decimal.MinValue;
        to = to < now ? to : now;
        decimal unitSeconds = 0;
        var at = from;
        foreach (var ((when, _), delta) in changes.GetValueOrDefault(day) ?? [])
        {
            if (when >= to)
            {
                break;
            }

            if (when > at)
            {
                max = Math.Max(max, level);
                unitSeconds += level * Seconds(at, when);
                at = when;
            }

            level += delta;
            max = when >= from ? Math.Max(max, level) : max;
        }

        tally.Stand(unitSeconds + (level * Seconds(at, to)), Math.Max(max, level));
    }

    /// <summary>The level at an instant, or now where that is earlier.</summary>
    public decimal At(DateTimeOffset instant) => At(new LedgerPlace(instant));

    /// <summary>The level at a place, or now where that is earlier.</summary>
    public decimal At(LedgerPlace place)
    {
        if (place.At > now || place == new LedgerPlace(now))
        {
            return evidence.Meter.Used;
        }

        var day = ReportSpan.DayOf(place.At);
        var level = evidence.Opening(day);
        foreach (var (when, delta) in changes.GetValueOrDefault(day) ?? [])
        {
            level += when < place ? delta : 0;
        }

        return level;
    }

    /// <summary>The mean of a span until now, from its units × seconds; null where it has not begun.</summary>
    public static decimal? Mean(decimal unitSeconds, ReportSpan span, DateTimeOffset now)
    {
        var end = span.To < now ? span.To : now;
        return end > span.From
            ? Math.Round(unitSeconds / Seconds(span.From, end), Amount.MaxFractionDigits, MidpointRounding.ToEven)
            : null;
    }

    private static decimal Seconds(DateTimeOffset from, DateTimeOffset to) => (to - from).Ticks / TicksASecond;
}
