namespace Metering.Conformance.Evidence;

/// <summary>
/// A counter under <c>deny</c>, written from the rules a second time and as plainly as can be: the limit covers first, then the grants
/// in the order in which they came, and the rest is overage.
/// </summary>
public sealed class HistoryModel(decimal limit)
{
    private readonly List<(decimal Left, decimal Used)> grants = [];
    private decimal limitUsed;

    public decimal Used { get; private set; }

    public decimal Overage { get; private set; }

    public decimal Remaining => limit - limitUsed + grants.Sum(grant => grant.Left);

    /// <summary>Counts, whether it is covered or not.</summary>
    public void Count(decimal amount)
    {
        Used += amount;
        var fromLimit = Math.Min(amount, limit - limitUsed);
        limitUsed += fromLimit;
        amount -= fromLimit;
        for (var i = 0; i < grants.Count; i++)
        {
            var taken = Math.Min(amount, grants[i].Left);
            grants[i] = (grants[i].Left - taken, grants[i].Used + taken);
            amount -= taken;
        }

        Overage += amount;
    }

    /// <summary>Takes use away: overage first, then what was covered last.</summary>
    public void Decrement(decimal amount)
    {
        Used -= amount;
        var fromOverage = Math.Min(amount, Overage);
        Overage -= fromOverage;
        amount -= fromOverage;
        for (var i = grants.Count - 1; i >= 0; i--)
        {
            var given = Math.Min(amount, grants[i].Used);
            grants[i] = (grants[i].Left + given, grants[i].Used - given);
            amount -= given;
        }

        limitUsed -= amount;
    }

    public void Grant(decimal amount) => grants.Add((amount, 0));

    /// <summary>Begins the period anew. What a grant gave is gone; what is left of it stays.</summary>
    public void Reset()
    {
        Used = 0;
        Overage = 0;
        limitUsed = 0;
        for (var i = 0; i < grants.Count; i++)
        {
            grants[i] = (grants[i].Left, 0);
        }
    }
}
