using System.Collections.Immutable;

namespace Metering;

/// <summary>What a license may use of one feature: from a plan, or assigned to the license directly.</summary>
public sealed record Terms
{
    /// <summary>The terms of a feature that has no limit and never resets.</summary>
    public static readonly Terms Unlimited = new();

    /// <summary>Units of a period before grants; null: unlimited.</summary>
    public decimal? Limit { get; init; }

    /// <summary>When the count starts anew.</summary>
    public Reset Reset { get => field ?? Reset.Never; init; } = Reset.Never;

    /// <summary>What happens beyond the allowance where no tier says so; <see cref="Policy.Deny"/> by default.</summary>
    // Deny is not the enum's zero, so it is written; where a stored form has none, it is NotifyOnly (see MeteringJson).
    public Policy OverLimit { get; init; } = Policy.Deny;

    /// <summary>How much of what is left at the end of a period may be used in the next; null: nothing.</summary>
    public decimal? RolloverMax { get; init; }

    /// <summary>Tiers in rising order of their start; empty: <c>normal</c> up to the allowance, <c>over_usage</c> beyond.</summary>
    public ImmutableArray<Tier> Tiers { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>The unit of the balance that priced use is drawn from; null when use has no price.</summary>
    public string? PriceUnit { get; init; }

    /// <summary>For a running total: what the first reading of a source means.</summary>
    public FirstReading FirstReading { get; init; }

    /// <summary>The tiers as they were last worked out (<see cref="TierTable.For(Terms, decimal?)"/>); it is not stored.</summary>
    internal KnownTiers? LastTiers { get; set; }

    /// <inheritdoc/>
    // By hand for the tiers alone: a record compares an ImmutableArray by the array that it shares, not by its items.
    public bool Equals(Terms? other) =>
        other is not null && Limit == other.Limit && Reset == other.Reset && OverLimit == other.OverLimit
        && RolloverMax == other.RolloverMax && PriceUnit == other.PriceUnit && FirstReading == other.FirstReading
        && Tiers.AsSpan().SequenceEqual(other.Tiers.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Limit, Reset, OverLimit, RolloverMax, PriceUnit, FirstReading, Tiers.Length);
}
