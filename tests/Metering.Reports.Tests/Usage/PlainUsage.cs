namespace Metering.Reports.Tests.Usage;

/// <summary>
/// What one license used of a feature, by walking all of its entries for each question: slow, obvious, and sharing nothing with the report
/// that it is compared with.
/// </summary>
internal sealed class PlainUsage
{
    private readonly List<(LedgerPlace Place, LedgerEntry Entry)> counted = [];
    private readonly List<(LedgerPlace Place, decimal Delta)> moves = [];

    public PlainUsage(IEnumerable<LedgerEntry> ledger, string metric, DateTimeOffset now)
    {
        Now = now;
        foreach (var entry in ledger.Where(entry => entry.FeatureCode == metric))
        {
            var isUse = entry.Kind is EntryKind.Consumed or EntryKind.Recorded or EntryKind.Decremented;
            var isInTime = entry.Kind == EntryKind.Recorded && entry.OccurredAt < entry.At && (!entry.Late || IsOfOverLease(entry));
            var happened = new LedgerPlace(isInTime ? entry.OccurredAt!.Value : entry.At, entry.Sequence);
            if (entry.Day is not null)
            {
                counted.Add((happened, entry));
            }

            if (isUse || entry.Kind == EntryKind.UsageReset)
            {
                moves.Add((happened, entry.Amount));
            }
        }
    }

    public DateTimeOffset Now { get; }

    public IEnumerable<LedgerEntry> In(DateTimeOffset from, DateTimeOffset to) => In(new LedgerPlace(from), new LedgerPlace(to));

    public IEnumerable<LedgerEntry> In(LedgerPlace from, LedgerPlace to) =>
        counted.Where(one => one.Place >= from && one.Place < to).Select(one => one.Entry);

    public decimal LevelAt(DateTimeOffset instant) => LevelAt(new LedgerPlace(instant));

    public decimal LevelAt(LedgerPlace place) => moves.Where(move => move.Place < place).Sum(move => move.Delta);

    public decimal? Mean(DateTimeOffset from, DateTimeOffset to)
    {
        to = to < Now ? to : Now;
        if (to <= from)
        {
            return null;
        }

        var sum = moves.Sum(
            move => move.Place.At < to
                ? move.Delta * (decimal)(to - Later(move.Place.At, from)).TotalMilliseconds / 1000
                : 0);
        return sum / ((decimal)(to - from).TotalMilliseconds / 1000);
    }

    /// <summary>The highest level at which it stood in a span; of a whole day also the one with which it began.</summary>
    public decimal? Max(DateTimeOffset from, DateTimeOffset to)
    {
        decimal? max = null;
        for (var day = DateOnly.FromDateTime(from.UtcDateTime); Midnight(day) < to; day = day.AddDays(1))
        {
            var (start, end) = (Later(Midnight(day), from), Earlier(Midnight(day.AddDays(1)), to));
            if (start >= Now)
            {
                break;
            }

            var isWhole = end - start == TimeSpan.FromDays(1);
            var level = LevelAt(start);
            var peak = level;
            var isFirst = !isWhole;
            var changes = moves.Where(move => move.Place.At >= start && move.Place.At < Earlier(end, Now)).OrderBy(move => move.Place);
            foreach (var ((at, _), delta) in changes)
            {
                level += delta;

                // A change at the very beginning leaves no time at the level before it.
                peak = isFirst && at == start ? level : Math.Max(peak, level);
                isFirst = false;
            }

            max = Math.Max(max ?? peak, peak);
        }

        return max;
    }

    // Late because its time was over, though it counts when it happened.
    private static bool IsOfOverLease(LedgerEntry entry) => entry.HoldId is not null && entry.Period!.Contains(entry.OccurredAt!.Value)
        && entry.Day == DateOnly.FromDateTime(entry.OccurredAt.Value.UtcDateTime);

    private static DateTimeOffset Midnight(DateOnly day) => new(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;
}
