namespace Metering.Api;

/// <summary>How much of a metric a tenant has left.</summary>
internal static class QuotaRoutes
{
    public static IReadOnlyList<ApiRoute> All { get; } =
        [Get("GetQuota", "api/quota/{tenant}/{metric}"), Get("GetQuotaV1", "api/v1/quota/{tenant}/{metric}")];

    private static RouteTo<QuotaHandlers> Get(string name, string pattern) =>
        new RouteTo<QuotaHandlers>(name, "GET", pattern, Access.Read, (handlers, call) => handlers.GetAsync(call))
    {
        Tag = "Usage and quota", Tenants = TenantReach.TenantOfPath,
        Summary = "A tenant's quota for a metric: the usage answer, the percentage used, the projected end, and the tiers; for each license, and for all together.",
        Answers = [new(200, typeof(QuotaAnswer), "How it stands.")],
        Problems = [ProblemCode.FeatureNotFound, RefusalCode.LicenseNotFound],
    };
}
