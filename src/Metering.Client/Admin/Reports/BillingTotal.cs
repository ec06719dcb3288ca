namespace Metering.Client.Admin;

/// <summary>What the lines in one unit come to.</summary>
public sealed record BillingTotal
{
    /// <summary>The currency or unit.</summary>
    public required string Unit { get; init; }

    /// <summary>What they cost.</summary>
    public decimal Cost { get; init; }

    /// <summary>The part of it that was drawn from balances, of the lines that tell it.</summary>
    public decimal CreditDrawn { get; init; }

    /// <summary>How many lines there are.</summary>
    public int Lines { get; init; }
}
