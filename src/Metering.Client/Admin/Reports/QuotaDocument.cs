namespace Metering.Client.Admin;

/// <summary>What the meter's answer has beside the usage answer's own fields, which lie at the same level.</summary>
internal sealed record QuotaDocument(
    string TenantId,
    string LicenseId,
    decimal? PercentUsed,
    QuotaProjection? Projection,
    IReadOnlyList<Tier>? Tiers,
    IReadOnlyList<LicenseQuota>? Licenses,
    QuotaTogether? Together)
{
    public Quota With(UsageAnswer usage) => new()
    {
        TenantId = TenantId,
        LicenseId = LicenseId,
        Usage = usage,
        PercentUsed = PercentUsed,
        Projection = Projection,
        Tiers = Tiers ?? [],
        Licenses = Licenses,
        Together = Together,
    };
}
