using System.Collections.Immutable;

namespace Metering;

/// <summary>Which features a license has or had, and when: what events that name a tenant are brought to their license by.</summary>
/// <param name="LicenseId">The license.</param>
/// <param name="TenantId">The customer that holds it.</param>
/// <param name="CreatedAt">When it was created, UTC.</param>
/// <param name="Features">The spans of each feature, by its code.</param>
public sealed record LicenseFeatures(
    string LicenseId, string TenantId, DateTimeOffset CreatedAt, ImmutableSortedDictionary<string, ImmutableArray<FeatureSpan>> Features)
{
    /// <summary>
    /// The number of the last entry of the state that says so. Of two notes of one license the higher one is newer, because features
    /// change only with an entry.
    /// </summary>
    public long Sequence { get; init; }

    /// <summary>What a license's state says.</summary>
    public static LicenseFeatures Of(LicenseState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return new LicenseFeatures(
            state.LicenseId, state.TenantId, state.CreatedAt,
            state.Meters.ToImmutableSortedDictionary(meter => meter.Feature.Code, meter => meter.Spans, StringComparer.Ordinal))
        {
            Sequence = state.Sequence,
        };
    }
}
