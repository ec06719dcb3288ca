namespace Metering;

/// <summary>A use as one tier sees it: where its units lie, and which of them lie in the tier.</summary>
/// <param name="Meter">The meter; what is held counts as if it were used.</param>
/// <param name="Tiers">Its tiers.</param>
/// <param name="Index">The tier's place among them.</param>
/// <param name="Stretch">Where all units of the use lie.</param>
/// <param name="Asked">Units of the use, for people.</param>
/// <param name="Now">Now.</param>
internal readonly record struct TierUse(MeterState Meter, TierTable Tiers, int Index, Stretch Stretch, decimal Asked, DateTimeOffset Now)
{
    /// <summary>From how much use on it applies, and its policy and prices.</summary>
    public ResolvedTier Tier => Tiers[Index];

    /// <summary>How many units lie in the tier.</summary>
    public decimal Units => Tiers.Units(Index, Stretch);

    /// <summary>How many units lie in the tier beyond a place.</summary>
    public decimal UnitsBeyond(decimal place) => Tiers.Units(Index, Stretch.Beyond(place));
}
