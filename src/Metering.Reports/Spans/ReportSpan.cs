namespace Metering.Reports;

/// <summary>A span of time, UTC.</summary>
/// <param name="From">Its first instant.</param>
/// <param name="To">The first instant after it.</param>
public readonly record struct ReportSpan(DateTimeOffset From, DateTimeOffset To)
{
    /// <summary>Most days that a report spans.</summary>
    public const int MaxDays = 400;

    /// <summary>Most days that a report by hours spans.</summary>
    // 744 buckets, each counted from the ledger: rollups know days.
    public const int MaxDaysOfHours = 31;

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>How long it is.</summary>
    public TimeSpan Length => To - From;

    /// <summary>Whether an instant lies in it.</summary>
    public bool Contains(DateTimeOffset instant) => instant >= From && instant < To;

    /// <summary>A span that was asked for.</summary>
    /// <exception cref="ReportRefusedException">It ends before it begins, or is longer than <see cref="MaxDays"/>.</exception>
    public static ReportSpan Of(DateTimeOffset from, DateTimeOffset to)
    {
        if (to < from)
        {
            throw ReportRefusedException.Field("/to", "must not be before from");
        }

        return to - from <= TimeSpan.FromDays(MaxDays)
            ? new ReportSpan(from, to)
            : throw ReportRefusedException.Field("/from", $"must be at most {MaxDays} days before to");
    }

    /// <summary>The whole UTC days that it touches; one at least.</summary>
    internal ReportSpan WholeDays() => Widened(Day);

    /// <summary>The whole hours that it touches; one at least.</summary>
    internal ReportSpan WholeHours() => Widened(TimeSpan.FromHours(1));

    internal static DateTimeOffset StartOf(DateOnly day) => new(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);

    internal static DateOnly DayOf(DateTimeOffset instant) => DateOnly.FromDateTime(instant.UtcDateTime);

    /// <summary>The beginning of the day in which an instant lies.</summary>
    internal static DateTimeOffset Floor(DateTimeOffset instant) => Floor(instant, Day);

    private static DateTimeOffset Floor(DateTimeOffset instant, TimeSpan unit) =>
        new(instant.UtcTicks - (instant.UtcTicks % unit.Ticks), TimeSpan.Zero);

    // An empty span is the unit in which it lies: who asks from a midnight to the same one wants to see something.
    private ReportSpan Widened(TimeSpan unit)
    {
        var from = Floor(From, unit);
        var to = Floor(To, unit);
        return new ReportSpan(from, to < To || to == from ? to + unit : to);
    }
}
