namespace Metering;

/// <summary>From how much use on a tier applies: an amount, or a percentage of the allowance.</summary>
/// <param name="Value">The amount, or the percentage; zero or more.</param>
/// <param name="IsPercent">Whether <paramref name="Value"/> is a percentage of the allowance.</param>
public readonly record struct Threshold(decimal Value, bool IsPercent)
{
    /// <summary>The threshold as an amount; null when it is a percentage, other than zero, and the allowance has no limit.</summary>
    public decimal? Resolve(decimal? allowance) => !IsPercent ? Value : Value == 0 ? 0 : allowance * Value / 100;

    /// <summary>The threshold as it stands in documents: <c>800</c> or <c>80%</c>.</summary>
    public override string ToString() => Amount.Format(Value) + (IsPercent ? "%" : "");
}
