namespace Metering.Api;

/// <summary>The routes of a license's usage, grants and balances.</summary>
internal static class LicenseUsageRoutes
{
    private const string Tag = "Usage of a license";
    private const string One = "api/v1/licenses/{id}";
    private const string Balance = One + "/balances/{unit}";

    private static readonly string[] UsageProblems = [RefusalCode.LicenseNotFound, RefusalCode.FeatureNotAssigned];
    private static readonly string[] BalanceProblems = [RefusalCode.LicenseNotFound, RefusalCode.BalanceNotFound, RefusalCode.InsufficientCredits];

    public static IReadOnlyList<ApiRoute> All { get; } =
    [
        new("GetLicenseUsage", "GET", One + "/usage", Admission.Read, LicenseUsageHandlers.GetAsync)
        {
            Tag = Tag, Summary = "How every feature and balance of a license stands.", Answers = [new(200, typeof(UsageReport), "How it stands.")],
            Problems = [RefusalCode.LicenseNotFound],
        },
        new("ResetUsage", "POST", One + "/usage/reset", Admission.Manage, LicenseUsageHandlers.ResetAsync)
        {
            Tag = Tag, Summary = "Starts the period anew; or, with top_up, adds to the allowance.", Key = KeyUse.Optional, Body = typeof(ResetRequest),
            Answers = [new(200, typeof(UsageAnswer), "How the feature stands; with no feature named, how all stand.")], Problems = UsageProblems,
        },
        new("DecrementUsage", "POST", One + "/usage/decrement", Admission.Manage, LicenseUsageHandlers.DecrementAsync)
        {
            Tag = Tag, Summary = "Takes use away, as a correction.", Key = KeyUse.Optional, Body = typeof(DecrementRequest),
            Answers = [new(200, typeof(UsageAnswer), "How the feature stands.")], Problems = UsageProblems,
        },
        new("ResumeUsage", "POST", One + "/usage/resume", Admission.Manage, LicenseUsageHandlers.ResumeAsync)
        {
            Tag = Tag, Summary = "Lifts the suspension that a tier's policy put on use.", Key = KeyUse.Optional, Body = typeof(FeatureRequest),
            Answers = [new(200, typeof(UsageAnswer), "How the feature stands.")], Problems = UsageProblems,
        },
        new("AddGrant", "POST", One + "/grants", Admission.Manage, GrantHandlers.PostAsync)
        {
            Tag = Tag, Summary = "Gives extra allowance.", Key = KeyUse.Optional, Body = typeof(GrantRequest),
            Answers = [new(201, typeof(GrantAnswer), "It is given.")], Problems = [.. UsageProblems, RefusalCode.LimitReached],
        },
        new("ListGrants", "GET", One + "/grants", Admission.Read, GrantHandlers.ListAsync)
        {
            Tag = Tag, Summary = "Grants: amount, used, left, and why each ended.",
            Query = [new("feature_code", "Only this feature's."), Paging.CursorParameter, Paging.LimitParameter],
            Answers = [new(200, typeof(ListAnswer<GrantAnswer>), "A part of the list.")], Problems = [RefusalCode.LicenseNotFound],
        },
        new("VoidGrant", "DELETE", One + "/grants/{grant}", Admission.Manage, GrantHandlers.DeleteAsync)
        {
            Tag = Tag, Summary = "Takes back what is left of a grant.",
            Query =
            [
                new("reason", "Why, in up to 500 characters; kept with the ledger entry."),
                new("reference", "What the caller's books call it; kept with the ledger entry."),
                new("metadata", "A JSON object of up to 4 KiB, as text; kept with the ledger entry."),
            ],
            Answers = [new(204, null)],
            Problems = [RefusalCode.LicenseNotFound, RefusalCode.GrantNotFound, RefusalCode.GrantEnded],
        },
        new("OpenBalance", "POST", One + "/balances", Admission.Manage, BalanceHandlers.PostAsync)
        {
            Tag = Tag, Summary = "Opens a balance.", Key = KeyUse.Optional, Body = typeof(BalanceRequest),
            Answers = [new(201, typeof(BalanceAnswer), "It is open.")],
            Problems = [RefusalCode.LicenseNotFound, RefusalCode.BalanceExists, RefusalCode.LimitReached],
        },
        new("ListBalances", "GET", One + "/balances", Admission.Read, BalanceHandlers.ListAsync)
        {
            Tag = Tag, Summary = "Balances of a license.", Query = [Paging.CursorParameter, Paging.LimitParameter],
            Answers = [new(200, typeof(ListAnswer<BalanceAnswer>), "A part of the list.")], Problems = [RefusalCode.LicenseNotFound],
        },
        new("TopUpBalance", "POST", Balance + "/top-up", Admission.Manage, BalanceHandlers.TopUpAsync)
        {
            Tag = Tag, Summary = "Puts credit in.", Key = KeyUse.Optional, Body = typeof(CreditRequest),
            Answers = [new(200, typeof(BalanceAnswer), "The balance.")], Problems = BalanceProblems,
        },
        new("WithdrawFromBalance", "POST", Balance + "/withdraw", Admission.Manage, BalanceHandlers.WithdrawAsync)
        {
            Tag = Tag, Summary = "Takes credit out; no more than is available.", Key = KeyUse.Optional, Body = typeof(CreditRequest),
            Answers = [new(200, typeof(BalanceAnswer), "The balance.")], Problems = BalanceProblems,
        },
        new("SuspendBalance", "POST", Balance + "/suspend", Admission.Manage, BalanceHandlers.SuspendAsync)
        {
            Tag = Tag, Summary = "Refuses priced use until resumed.", Key = KeyUse.Optional, Body = typeof(NotedRequest), Answers = [new(200, typeof(BalanceAnswer), "The balance.")],
            Problems = BalanceProblems,
        },
        new("ResumeBalance", "POST", Balance + "/resume", Admission.Manage, BalanceHandlers.ResumeAsync)
        {
            Tag = Tag, Summary = "Allows priced use again.", Key = KeyUse.Optional, Body = typeof(NotedRequest), Answers = [new(200, typeof(BalanceAnswer), "The balance.")],
            Problems = BalanceProblems,
        },
    ];
}
