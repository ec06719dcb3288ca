namespace Metering.Reports;

/// <summary>Sums of what was counted; of a difference, they may be below zero.</summary>
/// <param name="Count">Changes.</param>
/// <param name="Amount">Units.</param>
/// <param name="Overage">Units that nothing covered.</param>
/// <param name="Cost">What it cost.</param>
public readonly record struct UsageSums(long Count, decimal Amount, decimal Overage, decimal Cost)
{
    /// <summary>Whether all of them are zero.</summary>
    internal bool IsNothing => Count == 0 && Amount == 0 && Overage == 0 && Cost == 0;

    internal UsageSums Plus(in UsageSums other) =>
        new(Count + other.Count, Amount + other.Amount, Overage + other.Overage, Cost + other.Cost);

    internal UsageSums Minus(in UsageSums other) =>
        new(Count - other.Count, Amount - other.Amount, Overage - other.Overage, Cost - other.Cost);
}
