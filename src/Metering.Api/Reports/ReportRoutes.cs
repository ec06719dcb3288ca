using Metering.Reports;

namespace Metering.Api;

/// <summary>What customers used.</summary>
internal static class ReportRoutes
{
    private const string Tag = "Usage and quota";

    private static readonly IReadOnlyList<QueryParameter> Span =
    [
        new(
            "from",
            "From when, inclusive; a day stands for its beginning, UTC. Where both are absent: the open period until now, or the last 31 days.",
            QueryParameter.TimeOrDay),
        new("to", $"Until when, exclusive; at most {ReportSpan.MaxDays} days later. Absent: now.", QueryParameter.TimeOrDay),
    ];

    private static readonly QueryParameter TopUsers = new(
        "limit", $"How many top users, 1 to {UsageQuery.MaxTopUsers}; {UsageQuery.DefaultTopUsers} where it is absent.", "integer");

    private static readonly QueryParameter Entries = new(
        "entries",
        "`false`: `balances` and `entries` are empty. The ledger entries of the span are not read, so the answer is faster, and the limit of a million entries does not apply.",
        "boolean");

    public static IReadOnlyList<ApiRoute> All { get; } =
    [
        Usage("GetUsage", "api/usage/{tenant}/{metric}"),
        Usage("GetUsageV1", "api/v1/usage/{tenant}/{metric}"),
        Users("GetTopUsers", "api/usage/{tenant}/{metric}/top-users"),
        Users("GetTopUsersV1", "api/v1/usage/{tenant}/{metric}/top-users"),
        Billing("PostBillingReport", "api/billing-report"),
        Billing("PostBillingReportV1", "api/v1/billing-report"),
        new RouteTo<StatementHandlers>(
            "GetStatement", "GET", "api/v1/licenses/{id}/statement", Access.Read, (handlers, call) => handlers.GetAsync(call))
        {
            Tag = Tag, Tenants = TenantReach.LicenseOfPath, IsForCustomers = true, IsReport = true,
            Summary = "A license's statement: for each feature and balance, what was granted, used, expired and is left, with the entries that explain it. "
                + "Without a span: the last 31 days.",
            Query = [.. Span, Entries],
            Answers = [new(200, typeof(Statement), "The statement.")],
            Problems = [RefusalCode.LicenseNotFound, ProblemCode.EvidenceRemoved],
        },
    ];

    private static RouteTo<UsageReportHandlers> Usage(string name, string pattern) =>
        new RouteTo<UsageReportHandlers>(name, "GET", pattern, Access.Read, (handlers, call) => handlers.UsageAsync(call))
    {
        Tag = Tag, Tenants = TenantReach.TenantOfPath, IsReport = true,
        Summary = "What a tenant used of a metric, by day, hour or period. All of its licenses count, deleted ones for their past.",
        Query =
        [
            .. Span,
            new("granularity", $"In which parts: {EnumNames.Listed<Granularity>()}; day where it is absent. The span is widened to whole ones."),
            new("group_by", "`user_id`: each part tells its users too."),
            TopUsers,
        ],
        Answers = [new(200, typeof(UsageSummary), "What was used.")],
        Problems = [ProblemCode.FeatureNotFound, RefusalCode.LicenseNotFound, ProblemCode.EvidenceRemoved],
    };

    private static RouteTo<UsageReportHandlers> Users(string name, string pattern) =>
        new RouteTo<UsageReportHandlers>(name, "GET", pattern, Access.Read, (handlers, call) => handlers.TopUsersAsync(call))
    {
        Tag = Tag, Tenants = TenantReach.TenantOfPath, IsReport = true,
        Summary = "Who used most of a tenant's metric, the largest first. The span is widened to whole UTC days.",
        Query = [.. Span, TopUsers],
        Answers = [new(200, typeof(UserUsage[]), "Who used most.")],
        Problems = [ProblemCode.FeatureNotFound, RefusalCode.LicenseNotFound, ProblemCode.EvidenceRemoved],
    };

    private static RouteTo<BillingHandlers> Billing(string name, string pattern) =>
        new RouteTo<BillingHandlers>(name, "POST", pattern, Access.Read, (handlers, call) => handlers.ReportAsync(call))
    {
        Tag = Tag, Tenants = TenantReach.Part, IsReport = true,
        Summary = "What a tenant's bill is made of: a line for each license, feature and period that ended in the span. "
            + "As JSON, or with the format csv (or Accept: text/csv) as CSV, a line a row; the last rows are the totals, `total` in the column `row`.",
        Body = typeof(BillingRequest),
        Answers = [new(200, typeof(BillingReport), "The report.") { TextType = BillingHandlers.CsvType }],
        Problems = [RefusalCode.LicenseNotFound, ProblemCode.EvidenceRemoved],
    };
}
