namespace Metering.Client.Admin;

/// <summary>The part of a cost that one tier made.</summary>
public sealed record TierCharge
{
    /// <summary>
    /// Where the tier begins, as the terms give it: <c>800</c> or <c>80%</c>. Null: several tiers together, because there were too many
    /// to be kept apart.
    /// </summary>
    public string? From { get; init; }

    /// <summary>Price of a unit; 0 where several tiers are together.</summary>
    public decimal UnitPrice { get; init; }

    /// <summary>Units in the tier; below zero: taken away by a correction.</summary>
    public decimal Units { get; init; }

    /// <summary>What they cost, rounded so that the charges of a change add up to its cost; below zero: given back.</summary>
    public decimal UnitCost { get; init; }

    /// <summary>What was charged for entering the tier.</summary>
    public decimal BasePrice { get; init; }
}
