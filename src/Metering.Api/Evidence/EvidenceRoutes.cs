namespace Metering.Api;

/// <summary>For whoever proves or bills use: the ledger, and each day's rollup.</summary>
internal static class EvidenceRoutes
{
    private const string Tag = "Evidence";
    private const string One = "api/v1/licenses/{id}";

    public static IReadOnlyList<ApiRoute> All { get; } =
    [
        new RouteTo<EvidenceHandlers>("GetLedger", "GET", One + "/ledger", Access.Read, (handlers, call) => handlers.LedgerAsync(call))
        {
            Tag = Tag, Tenants = TenantReach.LicenseOfPath, Summary = "The license's ledger, in order.",
            Query =
            [
                new("from", "Entries made at or after.", "date-time"), new("to", "Entries made before.", "date-time"),
                new("feature_code", "Only this feature's."),
                new("unit", "A balance's own ledger: only what changed the balance in this unit."),
                Paging.CursorParameter, Paging.LimitParameter,
            ],
            Answers = [new(200, typeof(ListAnswer<LedgerEntry>), "A part of the list.")], Problems = [RefusalCode.LicenseNotFound],
        },
        new RouteTo<EvidenceHandlers>("GetRollups", "GET", One + "/rollups", Access.Read, (handlers, call) => handlers.RollupsAsync(call))
        {
            Tag = Tag, Tenants = TenantReach.LicenseOfPath, Summary = "The license's daily rollups, the open days included; the last 31 days by default.",
            Query =
            [
                new("from", "The first day.", "date"), new("to", "The last day.", "date"),
                new("feature_code", "Only this feature's."), Paging.CursorParameter, Paging.LimitParameter,
            ],
            Answers = [new(200, typeof(ListAnswer<RollupView>), "A part of the list.")], Problems = [RefusalCode.LicenseNotFound],
        },
    ];
}
