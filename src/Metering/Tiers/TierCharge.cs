using System.Text.Json.Serialization;

namespace Metering;

/// <summary>What use cost in one tier at one price (rule 7).</summary>
/// <param name="From">
/// Where the tier begins, as the terms give it: <c>800</c> or <c>80%</c>. Null: several tiers together, because there were too many to be
/// kept apart.
/// </param>
/// <param name="UnitPrice">Price of a unit; 0 where several tiers are together.</param>
/// <param name="Units">Units in the tier; below zero: taken away by a correction.</param>
/// <param name="UnitCost">
/// What they cost, rounded so that the charges of a change add up to its cost; below zero: given back.
/// </param>
/// <param name="BasePrice">What was charged for entering the tier.</param>
public sealed record TierCharge(string? From, decimal UnitPrice, decimal Units, decimal UnitCost, decimal BasePrice)
{
    /// <summary>Units and base price together.</summary>
    [JsonIgnore]
    public decimal Cost => UnitCost + BasePrice;

    /// <summary>Whether another charge is of the same tier at the same price, so that both are one line of a bill.</summary>
    internal bool IsLike(TierCharge other) => From == other.From && UnitPrice == other.UnitPrice;

    internal TierCharge Plus(TierCharge other) => this with
    {
        Units = Units + other.Units,
        UnitCost = UnitCost + other.UnitCost,
        BasePrice = BasePrice + other.BasePrice,
    };

    /// <summary>The charge as one of several tiers together.</summary>
    internal TierCharge Folded() => this with { From = null, UnitPrice = 0 };
}
