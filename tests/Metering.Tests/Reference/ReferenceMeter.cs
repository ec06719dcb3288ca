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

    // When each smallest step of the month that is still covered was burnt.
    private readonly Stack<DateTimeOffset> burnt = [];
    private decimal monthly = limit;
    private DateTimeOffset month = MonthOf(now);

    public decimal Used { get; private set; }

    public decimal Overage { get; private set; }

    public decimal Cost { get; private set; }

    public decimal Balance { get; private set; }

    /// <summary>The month before this one, once there was one.</summary>
    public ReferenceMonth? LastMonth { get; private set; }

    public IEnumerable<Bucket> Grants => buckets.Where(bucket => !bucket.IsLimit);

    public void LetTimePass(DateTimeOffset now)
    {
        for (; MonthOf(now) > month; month = month.AddMonths(1))
        {
            var end = month.AddMonths(1).AddTicks(-1);
            LastMonth = new ReferenceMonth(Starts(end), Used - Overage + Left(end), buckets.Single(bucket => bucket.IsLimit).Left, basePaid)
            {
                Used = Used,
                Overage = Overage,
                Cost = Cost,
            };
            (Used, Overage, Cost) = (0, 0, 0);
            basePaid.Clear();
            burnt.Clear();
            buckets.ForEach(bucket => bucket.UsedInMonth = 0);
            buckets.RemoveAll(bucket => bucket.IsLimit);
            buckets.Add(NewLimit(monthly));
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
        decimal cost = 0;
        var entered = new List<Tier>();
        foreach (var place in Places(amount, now))
        {
            var (from, tier) = TierAt(starts, place);
            if (tier.Policy == Policy.Deny || (tier.Policy == Policy.AllowWithGrace && place > from + tier.Grace))
            {
                return (RefusalCode.QuotaExceeded, 0);
            }

            cost += SmallestStep * tier.UnitPrice;
            if (!basePaid.Contains(tier) && !entered.Contains(tier))
            {
                cost += tier.BasePrice;
                entered.Add(tier);
            }
        }

        // Late use is never refused, so the balance may be below zero; what costs nothing needs none.
        if (cost > 0 && cost > Balance)
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

    /// <summary>
    /// Takes use away: overage first, then what burnt last. A grant that has ended has its turn once no step is left that was burnt since.
    /// </summary>
    /// <param name="amount">No more than was used.</param>
    /// <param name="cost">What is given back for it, below zero.</param>
    /// <param name="credit">What the balance gets back.</param>
    /// <param name="now">When, UTC.</param>
    public void Correct(decimal amount, decimal cost, decimal credit, DateTimeOffset now)
    {
        for (decimal taken = 0; taken < amount; taken += SmallestStep)
        {
            Used -= SmallestStep;
            if (Overage > 0)
            {
                Overage -= SmallestStep;
                continue;
            }

            var last = Sorted(buckets.Where(bucket => bucket.UsedInMonth > 0 && bucket.Until > burnt.Peek())).Last();
            burnt.Pop();
            last.Used -= SmallestStep;
            last.UsedInMonth -= SmallestStep;
            last.Left = last.IsLimit ? Math.Max(0, monthly - last.Used) : last.IsOpen(now) ? last.Left + SmallestStep : last.Left;
        }

        Cost += cost;
        Balance += credit;
    }

    /// <summary>Counts use of the last month that arrived late, whatever it costs.</summary>
    public decimal RecordLate(decimal amount)
    {
        var cost = LastMonth!.Record(amount);
        Balance -= cost;
        return cost;
    }

    /// <summary>
    /// The level by the place of the last step; once the allowance is used up, the overage that there was lies behind it.
    /// </summary>
    public Level LevelAt(DateTimeOffset now) => TierAt(Starts(now), Left(now) > 0 ? Used - Overage : Used).Tier.Level;

    /// <summary>Another limit for what is left of the month; what the old one covered stays covered.</summary>
    public void ChangeLimit(decimal limit)
    {
        monthly = limit;
        var bucket = buckets.Single(bucket => bucket.IsLimit);
        bucket.Left = Math.Max(0, limit - bucket.Used);
    }

    // Every smallest step has a place on the line of the tiers: one that a bucket covers comes after those that were covered before it,
    // one that nothing covers comes after the whole allowance and all the overage that there was before it.
    private IEnumerable<decimal> Places(decimal amount, DateTimeOffset now)
    {
        var covered = Used - Overage;
        var allowance = covered + Left(now);
        var overage = Overage;
        for (decimal taken = 0; taken < amount; taken += SmallestStep)
        {
            if (covered < allowance)
            {
                covered += SmallestStep;
                yield return covered;
            }
            else
            {
                overage += SmallestStep;
                yield return allowance + overage;
            }
        }
    }

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
        first.UsedInMonth += SmallestStep;
        burnt.Push(now);
    }

    // Rule 5: the limit is the first grant of each period; then lower priority, earlier expiry, earlier creation.
    private IEnumerable<Bucket> InBurnOrder(DateTimeOffset now) => Sorted(buckets.Where(bucket => bucket.IsOpen(now)));

    private static IEnumerable<Bucket> Sorted(IEnumerable<Bucket> some) => some
        .OrderByDescending(bucket => bucket.IsLimit)
        .ThenBy(bucket => bucket.Priority)
        .ThenBy(bucket => bucket.Until)
        .ThenBy(bucket => bucket.Order);

    private decimal Left(DateTimeOffset now) => InBurnOrder(now).Sum(bucket => bucket.Left);

    // A percentage is one of the allowance: what was covered, and what is left.
    private List<(decimal From, Tier Tier)> Starts(DateTimeOffset now)
    {
        var allowance = Used - Overage + Left(now);
        return [.. tiers.Select(tier => (tier.From.IsPercent ? allowance * tier.From.Value / 100 : tier.From.Value, tier))
            .OrderBy(start => start.Item1)];
    }

    // A tier covers what lies beyond its start, so the step that ends on a boundary still belongs to the tier before.
    private static (decimal From, Tier Tier) TierAt(List<(decimal From, Tier Tier)> starts, decimal place)
    {
        var found = starts[0];
        foreach (var start in starts)
        {
            if (start.From < place)
            {
                found = start;
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
