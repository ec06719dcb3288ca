using System.Text.Json.Serialization;
using Metering.Reports;

namespace Metering.Api;

/// <summary>How far a feature of a license is in its quota.</summary>
/// <param name="LicenseId">The license.</param>
/// <param name="TenantId">The customer.</param>
/// <param name="FeatureCode">The feature.</param>
/// <param name="Used">Use of the period.</param>
/// <param name="Allowance">What may be used in the period.</param>
/// <param name="Percent">Use in percent of the allowance; null where that is zero.</param>
/// <param name="Level">The level of use.</param>
/// <param name="ResetsAt">When use starts anew, UTC; null: never.</param>
public sealed record QuotaPlace(
    string LicenseId,
    string TenantId,
    string FeatureCode,
    decimal Used,
    decimal Allowance,
    decimal? Percent,
    Level Level,
    DateTimeOffset? ResetsAt)
{
    // From here on it is worth a look even where the terms have no tier that warns.
    private const decimal NearPercent = 80;

    /// <summary>Whether nothing is left: what comes next is refused, or is overage.</summary>
    [JsonIgnore]
    internal bool IsOver { get; private init; }

    /// <summary>Whether little is left, or a tier has warned.</summary>
    [JsonIgnore]
    internal bool IsNear => !IsOver && Used > 0 && (Percent >= NearPercent || Level != Level.Normal);

    /// <summary>Where a feature stands; null where it has no limit.</summary>
    internal static QuotaPlace? Of(LicenseState state, UsageAnswer usage) => usage.Allowance is not { } allowance
        ? null
        : new QuotaPlace(
            state.LicenseId, state.TenantId, usage.FeatureCode, usage.Used, allowance, LicenseQuota.PercentOf(usage.Used, allowance),
            usage.Level, usage.ResetsAt)
        {
            // Holds don't count: what they set aside may come back.
            IsOver = usage.Used > 0 && allowance - usage.Used + usage.Overage <= 0,
        };

    /// <summary>The order of lists: who has used the greater part of the allowance comes first.</summary>
    internal static int Compare(QuotaPlace one, QuotaPlace other)
    {
        var order = Rank(other).CompareTo(Rank(one));
        order = order != 0 ? order : string.CompareOrdinal(one.LicenseId, other.LicenseId);
        return order != 0 ? order : string.CompareOrdinal(one.FeatureCode, other.FeatureCode);
    }

    // Use of an allowance of zero is further than any other.
    private static decimal Rank(QuotaPlace place) => place.Percent ?? (place.Used > 0 ? decimal.MaxValue : 0);
}
