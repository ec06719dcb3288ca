namespace Metering.Tests.Reference;

/// <summary>
/// A month that is over, as a person would keep it who may still be told of its use (rule 10): one smallest step at a time.
/// </summary>
/// <param name="starts">Where its tiers began at its close, in rising order.</param>
/// <param name="allowance">What its allowance was.</param>
/// <param name="left">What its limit still covered.</param>
/// <param name="basePaid">Tiers whose base price was paid.</param>
internal sealed class ReferenceMonth(
    IReadOnlyList<(decimal From, Tier Tier)> starts, decimal allowance, decimal left, IEnumerable<Tier> basePaid)
{
    private readonly HashSet<Tier> paid = [.. basePaid];
    private decimal left = left;

    public required decimal Used { get; set; }

    public required decimal Overage { get; set; }

    public required decimal Cost { get; set; }

    /// <summary>Counts use that arrived late, and says what it costs.</summary>
    public decimal Record(decimal amount)
    {
        decimal cost = 0;
        for (decimal taken = 0; taken < amount; taken += ReferenceMeter.SmallestStep)
        {
            Used += ReferenceMeter.SmallestStep;
            var place = Used - Overage;
            if (left > 0)
            {
                left -= ReferenceMeter.SmallestStep;
            }
            else
            {
                Overage += ReferenceMeter.SmallestStep;
                place = allowance + Overage;
            }

            var tier = starts.Last(start => start.From < place || start == starts[0]).Tier;
            cost += (ReferenceMeter.SmallestStep * tier.UnitPrice) + (paid.Add(tier) ? tier.BasePrice : 0);
        }

        Cost += cost;
        return cost;
    }
}
