namespace Metering.Reports;

/// <summary>Adds up what was used in a span.</summary>
internal sealed class UsageTally(ReportSpan span)
{
    public ReportSpan Span { get; } = span;

    public decimal Sum { get; private set; }

    public long Count { get; private set; }

    public decimal Overage { get; private set; }

    public decimal Cost { get; private set; }

    /// <summary>Of a standing level: units × seconds of the part that has passed.</summary>
    public decimal UnitSeconds { get; private set; }

    /// <summary>Of a standing level: the highest; null before it began.</summary>
    public decimal? Max { get; private set; }

    public void Add(DayRollup rollup) => Add(rollup.Sum, rollup.Count, rollup.Overage, rollup.Cost);

    public void Add(LedgerEntry entry) => Add(entry.Amount, 1, entry.Overage, entry.Cost);

    public void Add(UsageTally other)
    {
        Add(other.Sum, other.Count, other.Overage, other.Cost);
        UnitSeconds += other.UnitSeconds;
        Reach(other.Max);
    }

    /// <summary>Adds a stretch of a standing level.</summary>
    public void Stand(decimal unitSeconds, decimal max)
    {
        UnitSeconds += unitSeconds;
        Reach(max);
    }

    private void Reach(decimal? max) => Max = Max is { } known && !(max > known) ? known : max;

    private void Add(decimal sum, long count, decimal overage, decimal cost)
    {
        Sum += sum;
        Count += count;
        Overage += overage;
        Cost += cost;
    }
}
