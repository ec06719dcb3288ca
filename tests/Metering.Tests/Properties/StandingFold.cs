namespace Metering.Tests.Properties;

/// <summary>
/// A standing level as a plain list of what changed and when, and its integral over a day by walking all of it: slow, obvious, and
/// sharing nothing with the meter that it is compared with.
/// </summary>
internal sealed class StandingFold
{
    private const decimal ExactUpTo = 1_000_000_000;
    private readonly List<(DateTimeOffset At, decimal Delta, bool IsUse)> changes = [];
    private decimal peak;

    public void Take(LedgerEntry entry)
    {
        if (entry.Kind is EntryKind.Consumed or EntryKind.Recorded or EntryKind.Decremented or EntryKind.UsageReset)
        {
            changes.Add(
                (entry is { Kind: EntryKind.Recorded, Late: false, OccurredAt: { } said } && said < entry.At ? said : entry.At,
                entry.Amount, entry.Kind is EntryKind.Consumed or EntryKind.Recorded && entry.Day is not null));
            peak = Math.Max(peak, Math.Max(entry.Before, entry.After));
        }
    }

    /// <summary>The level at which a day began.</summary>
    public decimal At(DateOnly day) => changes.Where(change => change.At < Midnight(day)).Sum(change => change.Delta);

    /// <summary>
    /// Whether the changes of a day came in the order in which they happened; the lowest and the highest of the levels that uses left in
    /// it, and the last one, with the corrections up to the use that came last.
    /// </summary>
    public (bool IsOrdered, decimal Min, decimal Max, decimal Last) Extremes(DateOnly day)
    {
        var its = changes.Where(change => change.At >= Midnight(day) && change.At < Midnight(day.AddDays(1))).ToList();
        var moving = its.Where(change => change.Delta != 0).ToList();
        var isOrdered = moving.SequenceEqual(moving.OrderBy(change => change.At));
        var levels = its.Select((change, index) => (change.IsUse, Level: At(day) + its.Take(index + 1).Sum(one => one.Delta)))
            .Where(one => one.IsUse).Select(one => one.Level).ToList();
        return (isOrdered, levels.Min(), levels.Max(), levels[^1]);
    }

    /// <summary>Whether a day's integral is what the changes come to: to the last digit where a decimal has room for all of them.</summary>
    public void Same(DateOnly day, decimal unitSeconds)
    {
        var (from, to) = (Midnight(day), Midnight(day.AddDays(1)));
        var sum = changes.Sum(
            change => change.At < to ? change.Delta * (decimal)(to - (change.At < from ? from : change.At)).TotalMilliseconds / 1000 : 0);
        Assert.InRange(Math.Abs(sum - unitSeconds), 0, peak < ExactUpTo ? 0 : 0.01m);
    }

    private static DateTimeOffset Midnight(DateOnly day) => new(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
}
