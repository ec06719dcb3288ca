namespace Metering.Api;

/// <summary>The routes of a license's usage, grants and balances.</summary>
internal static class LicenseUsageRoutes
{
    private const string Tag = "Usage of a license";
    private const string One = "api/v1/licenses/{id}";
    private const string Balance = One + "/balances/{unit}";

    private static readonly string[] UsageProblems = [RefusalCode.LicenseNotFound, RefusalCode.FeatureNotAssigned];
    private static readonly string[] BalanceProblems =
        [RefusalCode.LicenseNotFound, RefusalCode.BalanceNotFound, RefusalCode.InsufficientCredits];

    public static IReadOnlyList<ApiRoute> All { get; } =
    [
        new RouteTo<LicenseUsageHandlers>(
            "GetLicenseUsage", "GET", One + "/usage", Access.Read, (handlers, call) => handlers.GetAsync(call))
        {
            Tag = Tag, Tenants = TenantReach.LicenseOfPath, IsForCustomers = true,
            Summary = "The current usage of every feature of a license, and its balances.",
            Answers = [new(200, typeof(UsageReport), "How it stands.")],
            Problems = [RefusalCode.LicenseNotFound],
        },
        new RouteTo<LicenseUsageHandlers>(
            "ResetUsage", "POST", One + "/usage/reset", Access.Manage, (handlers, call) => handlers.ResetAsync(call))
        {
            Tag = Tag, Summary = "Resets usage: starts a new period; or, with top_up, adds to the allowance.", Key = KeyUse.Optional,
            Body = typeof(ResetRequest),
            Answers = [new(200, typeof(UsageAnswer), "How the feature stands; with no feature named, how all stand.")],
            Problems = UsageProblems,
        },
        new RouteTo<LicenseUsageHandlers>(
            "DecrementUsage", "POST", One + "/usage/decrement", Access.Manage, (handlers, call) => handlers.DecrementAsync(call))
        {
            Tag = Tag, Summary = "Decrements usage, as a correction.", Key = KeyUse.Optional, Body = typeof(DecrementRequest),
            Answers = [new(200, typeof(UsageAnswer), "How the feature stands.")], Problems = UsageProblems,
        },
        new RouteTo<LicenseUsageHandlers>(
            "ResumeUsage", "POST", One + "/usage/resume", Access.Manage, (handlers, call) => handlers.ResumeAsync(call))
        {
            Tag = Tag, Summary = "Lifts the suspension that a tier's policy put on use.", Key = KeyUse.Optional,
            Body = typeof(FeatureRequest),
            Answers = [new(200, typeof(UsageAnswer), "How the feature stands.")], Problems = UsageProblems,
        },
        new RouteTo<GrantHandlers>("AddGrant", "POST", One + "/grants", Access.Manage, (handlers, call) => handlers.PostAsync(call))
        {
            Tag = Tag, Summary = "Adds extra allowance.", Key = KeyUse.Optional, Body = typeof(GrantRequest),
            Answers = [new(201, typeof(GrantAnswer), "It is given.")], Problems = [.. UsageProblems, RefusalCode.LimitReached],
        },
        new RouteTo<GrantHandlers>("ListGrants", "GET", One + "/grants", Access.Read, (handlers, call) => handlers.ListAsync(call))
        {
            Tag = Tag, Tenants = TenantReach.LicenseOfPath, IsForCustomers = true,
            Summary = "Grants: amount, used, left, and why each ended.",
            Query = [new("feature_code", "Only this feature's."), Paging.CursorParameter, Paging.LimitParameter],
            Answers = [new(200, typeof(ListAnswer<GrantAnswer>), "A part of the list.")], Problems = [RefusalCode.LicenseNotFound],
        },
        new RouteTo<GrantHandlers>(
            "VoidGrant", "DELETE", One + "/grants/{grant}", Access.Manage, (handlers, call) => handlers.DeleteAsync(call))
        {
            Tag = Tag, Summary = "Takes back what is left of a grant.",
            Query =
            [
                new("reason", "Why, in up to 500 characters; kept with the ledger entry. The customer sees it in the statement."),
                new("reference", "What the caller's books call it; kept with the ledger entry."),
                new("metadata", "A JSON object of up to 4 KiB, as text; kept with the ledger entry."),
            ],
            Answers = [new(204, null)],
            Problems = [RefusalCode.LicenseNotFound, RefusalCode.GrantNotFound, RefusalCode.GrantEnded],
        },
        new RouteTo<HoldListHandlers>("ListHolds", "GET", One + "/holds", Access.Read, (handlers, call) => handlers.HoldsAsync(call))
        {
            Tag = Tag, Tenants = TenantReach.LicenseOfPath, Summary = "Reservations and leases that are open.",
            Query = [Paging.CursorParameter, Paging.LimitParameter],
            Answers = [new(200, typeof(ListAnswer<HoldView>), "A part of the list.")], Problems = [RefusalCode.LicenseNotFound],
        },
        new RouteTo<HoldListHandlers>("ListMachines", "GET", One + "/machines", Access.Read, (handlers, call) => handlers.MachinesAsync(call))
        {
            Tag = Tag, Tenants = TenantReach.LicenseOfPath, Summary = "Machines that are registered, each with its cores.",
            Query = [Paging.CursorParameter, Paging.LimitParameter],
            Answers = [new(200, typeof(ListAnswer<MachineView>), "A part of the list.")], Problems = [RefusalCode.LicenseNotFound],
        },
        new RouteTo<BalanceHandlers>("OpenBalance", "POST", One + "/balances", Access.Manage, (handlers, call) => handlers.PostAsync(call))
        {
            Tag = Tag, Summary = "Opens a balance.", Key = KeyUse.Optional, Body = typeof(BalanceRequest),
            Answers = [new(201, typeof(BalanceAnswer), "It is open.")],
            Problems = [RefusalCode.LicenseNotFound, RefusalCode.BalanceExists, RefusalCode.LimitReached],
        },
        new RouteTo<BalanceHandlers>("ListBalances", "GET", One + "/balances", Access.Read, (handlers, call) => handlers.ListAsync(call))
        {
            Tag = Tag, Tenants = TenantReach.LicenseOfPath, IsForCustomers = true, Summary = "Balances of a license.",
            Query = [Paging.CursorParameter, Paging.LimitParameter],
            Answers = [new(200, typeof(ListAnswer<BalanceAnswer>), "A part of the list.")], Problems = [RefusalCode.LicenseNotFound],
        },
        new RouteTo<BalanceHandlers>("ChangeBalance", "PATCH", Balance, Access.Manage, (handlers, call) => handlers.PatchAsync(call))
        {
            Tag = Tag, Summary = "Changes whether a balance may fall below zero, and when balance_low is signalled.",
            Key = KeyUse.Optional, Body = typeof(BalancePatch),
            Answers = [new(200, typeof(BalanceAnswer), "The balance.")], Problems = BalanceProblems,
        },
        new RouteTo<BalanceHandlers>(
            "TopUpBalance", "POST", Balance + "/top-up", Access.Manage, (handlers, call) => handlers.TopUpAsync(call))
        {
            Tag = Tag, Summary = "Adds credit.", Key = KeyUse.Optional, Body = typeof(CreditRequest),
            Answers = [new(200, typeof(BalanceAnswer), "The balance.")], Problems = BalanceProblems,
        },
        new RouteTo<BalanceHandlers>(
            "WithdrawFromBalance", "POST", Balance + "/withdraw", Access.Manage, (handlers, call) => handlers.WithdrawAsync(call))
        {
            Tag = Tag, Summary = "Withdraws credit; no more than is available.", Key = KeyUse.Optional, Body = typeof(CreditRequest),
            Answers = [new(200, typeof(BalanceAnswer), "The balance.")], Problems = BalanceProblems,
        },
        new RouteTo<BalanceHandlers>(
            "SuspendBalance", "POST", Balance + "/suspend", Access.Manage, (handlers, call) => handlers.SuspendAsync(call))
        {
            Tag = Tag, Summary = "Refuses priced use until resumed.", Key = KeyUse.Optional, Body = typeof(NotedRequest),
            Answers = [new(200, typeof(BalanceAnswer), "The balance.")],
            Problems = BalanceProblems,
        },
        new RouteTo<BalanceHandlers>(
            "ResumeBalance", "POST", Balance + "/resume", Access.Manage, (handlers, call) => handlers.ResumeAsync(call))
        {
            Tag = Tag, Summary = "Allows priced use again.", Key = KeyUse.Optional, Body = typeof(NotedRequest),
            Answers = [new(200, typeof(BalanceAnswer), "The balance.")],
            Problems = BalanceProblems,
        },
    ];
}
