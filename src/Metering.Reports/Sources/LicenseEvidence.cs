namespace Metering.Reports;

/// <summary>
/// What is known of one feature of one license, all as of one state: its rollups, open and closed, and the number up to which entries
/// belong to them. What is counted while a report is made is not in it, so its numbers agree with one another.
/// </summary>
internal sealed class LicenseEvidence
{
    private readonly List<DayRollup> rollups;

    private LicenseEvidence(LicenseState state, MeterState meter, List<DayRollup> rollups)
    {
        (State, Meter) = (state, meter);
        this.rollups = rollups;
    }

    public LicenseState State { get; }

    public MeterState Meter { get; }

    /// <summary>The rollups, in the order of their days.</summary>
    public IReadOnlyList<DayRollup> Rollups => rollups;

    /// <summary>Reads the rollups of a span; of a standing level also those after it, because they say how it ended.</summary>
    /// <param name="ledger">Where they are.</param>
    /// <param name="state">The license's state, read before.</param>
    /// <param name="meter">The feature's meter in it.</param>
    /// <param name="span">Which days.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async ValueTask<LicenseEvidence> ReadAsync(
        ILedger ledger, LicenseState state, MeterState meter, ReportSpan span, CancellationToken cancellationToken)
    {
        var from = ReportSpan.DayOf(span.From);
        var last = ReportSpan.DayOf(span.To.AddTicks(-1));
        var seen = ReportSpan.DayOf(state.LastSeen);
        var days = await ledger.RollupsAsync(
            state.LicenseId, from, meter.Feature.IsLevel && seen > last ? seen : last, cancellationToken).ConfigureAwait(false);

        // The state was read first. Its open days are as of it; of the days that were read later only those count that had left it by then.
        var closedThrough = meter.Past?.DaysClosedThrough ?? DateTimeOffset.MinValue;
        var closed = days.Where(day => day.FeatureCode == meter.Feature.Code)
            .Select(day => day.Rollup)
            .Where(day => state.SetBackAt > 0 || ReportSpan.StartOf(day.Day) < closedThrough)
            .Where(day => !meter.Days.Any(open => open.Day == day.Day));
        var open = meter.Days.Where(day => day.Day >= from && (meter.Feature.IsLevel || day.Day <= last));
        return new LicenseEvidence(state, meter, [.. closed.Concat(open).OrderBy(day => day.Day)]);
    }

    /// <summary>The rollup of a day; null when nothing happened on it.</summary>
    public DayRollup? On(DateOnly day) => IndexFrom(day) is var index && index < rollups.Count && rollups[index].Day == day
        ? rollups[index]
        : null;

    /// <summary>The standing level at which a day began: days without a rollup stood at the opening of the next.</summary>
    public decimal Opening(DateOnly day) => IndexFrom(day) is var index && index < rollups.Count ? rollups[index].Opening : Meter.Used;

    // The first rollup of the day or of a later one.
    private int IndexFrom(DateOnly day)
    {
        var (low, high) = (0, rollups.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = rollups[middle].Day < day ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
