namespace Metering.Client.Admin;

/// <summary>What was used, how it stands, and what it costs.</summary>
public sealed class ReportsAdmin
{
    private readonly AdminHttp _http;

    internal ReportsAdmin(AdminHttp http) => _http = http;

    /// <summary>How the whole service stands: who is near a limit, what could not be counted, how webhooks get on.</summary>
    public Task<Overview> GetOverviewAsync(CancellationToken cancellationToken = default) =>
        _http.GetAsync(AdminPath.Of("overview"), AdminJson.Default.Overview, cancellationToken);

    /// <summary>What a tenant used of a metric.</summary>
    public Task<UsageSummary> GetUsageAsync(
        string tenantId, string metric, UsageQuery? query = null, CancellationToken cancellationToken = default) =>
        _http.GetAsync(
            AdminPath.Of("usage", tenantId, metric).With("from", query?.From).With("to", query?.To).With("granularity", query?.Granularity)
                .With("group_by", query?.ByUser == true ? "user_id" : null).With("limit", query?.Limit),
            AdminJson.Default.UsageSummary, cancellationToken);

    /// <summary>Who of a tenant used most of a metric.</summary>
    public Task<IReadOnlyList<UserUsage>> GetTopUsersAsync(
        string tenantId,
        string metric,
        DateTimeOffset? from = null,
        DateTimeOffset? to = null,
        int? limit = null,
        CancellationToken cancellationToken = default) =>
        _http.GetAsync(
            AdminPath.Of("usage", tenantId, metric, "top-users").With("from", from).With("to", to).With("limit", limit),
            AdminJson.Default.IReadOnlyListUserUsage, cancellationToken);

    /// <summary>How a tenant stands with a metric: limit, use, tiers, and when it ends at the present pace.</summary>
    public async Task<Quota> GetQuotaAsync(string tenantId, string metric, CancellationToken cancellationToken = default)
    {
        var answer = await _http.GetAsync(AdminPath.Of("quota", tenantId, metric), AdminJson.Default.JsonElement, cancellationToken)
            .ConfigureAwait(false);
        return AdminHttp.Read(answer, AdminJson.Default.QuotaDocument).With(AdminHttp.Read(answer, AdminJson.Default.UsageAnswer));
    }

    /// <summary>What a tenant's bill of a span is made of.</summary>
    public Task<BillingReport> GetBillingAsync(BillingRequest request, CancellationToken cancellationToken = default) =>
        _http.SendAsync(
            HttpMethod.Post, AdminPath.Of("billing-report"), request, AdminJson.Default.BillingRequest, AdminJson.Default.BillingReport,
            cancellationToken);

    /// <summary>What a license was given and used in a span; in the last 31 days where none is named.</summary>
    /// <param name="licenseId">The license.</param>
    /// <param name="from">From when; null: 31 days before <paramref name="to"/>.</param>
    /// <param name="to">Until when; null: until now.</param>
    /// <param name="withEntries">
    /// Whether to include balances and entries. Without them, the answer is faster, and the limit of a million entries does not apply.
    /// </param>
    /// <param name="cancellationToken">Stops waiting for it.</param>
    public Task<Statement> GetStatementAsync(
        string licenseId,
        DateTimeOffset? from = null,
        DateTimeOffset? to = null,
        bool withEntries = true,
        CancellationToken cancellationToken = default) => _http.GetAsync(
            AdminPath.Of("licenses", licenseId, "statement").With("from", from).With("to", to).With("entries", withEntries ? null : "false"),
            AdminJson.Default.Statement,
            cancellationToken);
}
