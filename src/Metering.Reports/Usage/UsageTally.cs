namespace Metering.Reports;

/// <summary>Adds up what was used in a span.</summary>
internal sealed class UsageTally(ReportSpan span)
{
    private decimal? max;
    private bool isUnknown;

    public ReportSpan Span { get; } = span;

    public decimal Sum { get; private set; }

    public long Count { get; private set; }

    public decimal Overage { get; private set; }

    public decimal Cost { get; private set; }

    /// <summary>Of a standing level: units × seconds of the part that has passed.</summary>
    public decimal UnitSeconds { get; private set; }

    /// <summary>Of a standing level: the highest; null before it began, or where a part of it is not known.</summary>
    public decimal? Max => isUnknown ? null : max;

    public void Add(DayRollup rollup) => Add(rollup.Sum, rollup.Count, rollup.Overage, rollup.Cost);

    public void Add(LedgerEntry entry) => Add(entry.Amount, 1, entry.Overage, entry.Cost);

    public void Add(UsageTally other)
    {
        Add(other.Sum, other.Count, other.Overage, other.Cost);
        UnitSeconds += other.UnitSeconds;
        isUnknown |= other.isUnknown;
        Reach(other.max);
    }

    /// <summary>Adds a stretch of a standing level.</summary>
    /// <param name="unitSeconds">Its units × seconds.</param>
    /// <param name="highest">Its highest level; null: it is not known.</param>
    public void Stand(decimal unitSeconds, decimal? highest)
    {
        UnitSeconds += unitSeconds;
        isUnknown |= highest is null;
        Reach(highest);
    }

    private void Reach(decimal? highest) => max = max is { } known && !(highest > known) ? known : highest;

    private void Add(decimal sum, long count, decimal overage, decimal cost)
    {
        Sum += sum;
        Count += count;
        Overage += overage;
        Cost += cost;
    }
}
