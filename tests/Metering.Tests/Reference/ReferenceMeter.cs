namespace Metering.Tests.Reference;

/// <summary>
/// Burn-down and pricing as a person would do them by hand: one smallest step at a time, from a list of buckets sorted by rule 5, through
/// tiers walked step by step (rules 6 and 7). Slow, obvious, and sharing nothing with the meter that it is compared with.
/// </summary>
/// <param name="limit">Units of a calendar month.</param>
/// <param name="tiers">Tiers; the last one says what lies beyond the allowance.</param>
/// <param name="now">When it begins, UTC.</param>
internal sealed class ReferenceMeter(decimal limit, IReadOnlyList<Tier> tiers, DateTimeOffset now)
{
    /// <summary>Everything that is used, granted, or a tier's start is a multiple of this.</summary>
    public const decimal SmallestStep = 0.1m;

    private readonly List<Bucket> buckets = [NewLimit(limit)];
    private readonly HashSet<Tier> basePaid = [];
    private DateTimeOffset month = MonthOf(now);

    public decimal Used { get; private set; }

    public decimal Overage { get; private set; }

    public decimal Cost { get; private set; }

    public decimal Balance { get; private set; }

    public IEnumerable<Bucket> Grants => buckets.Where(bucket => !bucket.IsLimit);

    public void LetTimePass(DateTimeOffset now)
    {
        if (MonthOf(now) > month)
        {
            month = MonthOf(now);
            (Used, Overage, Cost) = (0, 0, 0);
            basePaid.Clear();
            buckets.RemoveAll(bucket => bucket.IsLimit);
            buckets.Add(NewLimit(limit));
        }
    }

    public void Grant(string id, decimal amount, int priority, DateTimeOffset from, DateTimeOffset until) => buckets.Add(new Bucket
    {
        Id = id,
        Priority = priority,
        Order = buckets.Count,
        From = from,
        Until = until,
        Left = amount,
    });

    public void TopUp(decimal amount) => Balance += amount;

    /// <summary>Uses, or says with which code it refuses.</summary>
    public (string? Refusal, decimal Cost) Consume(decimal amount, DateTimeOffset now)
    {
        var starts = Starts(now);
        if (TierAt(starts, Used + amount).Policy == Policy.Deny)
        {
            return (RefusalCode.QuotaExceeded, 0);
        }

        decimal cost = 0;
        var entered = new List<Tier>();
        for (var at = Used; at < Used + amount; at += SmallestStep)
        {
            var tier = TierAt(starts, at + SmallestStep);
            cost += SmallestStep * tier.UnitPrice;
            if (!basePaid.Contains(tier) && !entered.Contains(tier))
            {
                cost += tier.BasePrice;
                entered.Add(tier);
            }
        }

        if (cost > Balance)
        {
            return (RefusalCode.InsufficientCredits, 0);
        }

        for (decimal taken = 0; taken < amount; taken += SmallestStep)
        {
            Burn(now);
        }

        Balance -= cost;
        Cost += cost;
        basePaid.UnionWith(entered);
        return (null, cost);
    }

    public Level LevelAt(DateTimeOffset now) => TierAt(Starts(now), Used).Level;

    private void Burn(DateTimeOffset now)
    {
        Used += SmallestStep;
        var first = InBurnOrder(now).FirstOrDefault(bucket => bucket.Left >= SmallestStep);
        if (first is null)
        {
            Overage += SmallestStep;
            return;
        }

        first.Left -= SmallestStep;
        first.Used += SmallestStep;
    }

    // Rule 5: the limit is the first grant of each period; then lower priority, earlier expiry, earlier creation.
    private IEnumerable<Bucket> InBurnOrder(DateTimeOffset now) => buckets
        .Where(bucket => bucket.IsOpen(now))
        .OrderByDescending(bucket => bucket.IsLimit)
        .ThenBy(bucket => bucket.Priority)
        .ThenBy(bucket => bucket.Until)
        .ThenBy(bucket => bucket.Order);

    // A percentage is one of the use at which the allowance ends; what was over before a grant came stays over.
    private List<(decimal From, Tier Tier)> Starts(DateTimeOffset now)
    {
        var left = InBurnOrder(now).Sum(bucket => bucket.Left);
        var end = left > 0 ? Used + left : Used - Overage;
        return [.. tiers.Select(tier => (tier.From.IsPercent ? end * tier.From.Value / 100 : tier.From.Value, tier)).OrderBy(start => start.Item1)];
    }

    // A tier covers what lies beyond its start, so the step that ends on a boundary still belongs to the tier before.
    private static Tier TierAt(List<(decimal From, Tier Tier)> starts, decimal use)
    {
        var found = starts[0].Tier;
        foreach (var (from, tier) in starts)
        {
            if (from < use)
            {
                found = tier;
            }
        }

        return found;
    }

    private static Bucket NewLimit(decimal limit) => new()
    {
        Id = "limit",
        Priority = 0,
        Order = 0,
        From = DateTimeOffset.MinValue,
        Until = DateTimeOffset.MaxValue,
        Left = limit,
    };

    private static DateTimeOffset MonthOf(DateTimeOffset at) => new(at.Year, at.Month, 1, 0, 0, 0, TimeSpan.Zero);
}
