namespace Metering.Api;

/// <summary>Runtime: what licensed software calls with its own license.</summary>
internal static class RuntimeRoutes
{
    private const string Tag = "Runtime";
    private const string Root = "api/v1/license/";

    private static readonly string[] UseProblems =
    [
        RefusalCode.InsufficientCredits, RefusalCode.FeatureNotAssigned, RefusalCode.QuotaExceeded, RefusalCode.UsageSuspended,
        RefusalCode.LicenseSuspended, RefusalCode.LicenseExpired, RefusalCode.LimitReached, RefusalCode.RateLimited,
    ];

    public static IReadOnlyList<ApiRoute> All { get; } =
    [
        new RouteTo<UseHandlers>("Consume", "POST", Root + "consume", Access.License, (handlers, call) => handlers.ConsumeAsync(call))
        {
            Tag = Tag, Summary = "Enforces and counts, in one step.", Key = KeyUse.Required, Body = typeof(UseRequest),
            Answers = [new(200, typeof(UsageAnswer), "It was counted.")], Problems = UseProblems,
        },
        new RouteTo<UseHandlers>("Check", ["GET", "POST"], Root + "check", Access.License, (handlers, call) => handlers.CheckAsync(call))
        {
            Tag = Tag, Summary = "Says what a consume would answer now, and counts nothing.", Body = typeof(CheckRequest),
            Query =
            [
                new("feature_code", "With GET: the feature."),
                new("amount", "With GET: the amount; 1 where it is absent.", "number"),
                new("key", "With GET: the key of a gauge's or a total's reading."),
            ],
            Answers = [new(200, typeof(UsageAnswer), "What a consume would answer; allowed is false where it would refuse.")],
        },
        new RouteTo<UseHandlers>("Report", "POST", Root + "report", Access.License, (handlers, call) => handlers.ReportAsync(call))
        {
            Tag = Tag, Summary = "Counts use that has already happened; never refused for quota.", Key = KeyUse.Required,
            Body = typeof(ReportRequest), Answers = [new(200, typeof(UsageAnswer), "It was counted.")],
            Problems = [RefusalCode.FeatureNotAssigned, RefusalCode.LicenseSuspended, RefusalCode.LicenseExpired, RefusalCode.LimitReached],
        },
        new RouteTo<UseHandlers>("Validate", "POST", Root + "validate", Access.License, (handlers, call) => handlers.ValidateAsync(call))
        {
            Tag = Tag, Summary = "Says whether the license is valid, whatever its usage.",
            Answers = [new(200, typeof(ValidationAnswer), "Valid or not.")],
        },
        new RouteTo<UseHandlers>("OwnUsage", "GET", Root + "usage", Access.License, (handlers, call) => handlers.UsageAsync(call))
        {
            Tag = Tag, Summary = "The current usage of every feature of the license, and its balances.",
            Answers = [new(200, typeof(UsageReport), "How it stands.")],
        },
        new RouteTo<HoldHandlers>(
            "Reserve", "POST", Root + "reservations", Access.License, (handlers, call) => handlers.ReserveAsync(call))
        {
            Tag = Tag, Summary = "Sets a part of the allowance aside, to be settled once.", Key = KeyUse.Required,
            Body = typeof(ReservationRequest), Answers = [new(201, typeof(ReservationAnswer), "It is set aside.")], Problems = UseProblems,
        },
        new RouteTo<HoldHandlers>(
            "CommitReservation", "POST", Root + "reservations/{id}/commit", Access.License, (handlers, call) => handlers.CommitAsync(call))
        {
            Tag = Tag, Summary = "Settles a reservation with the true amount.", Key = KeyUse.Required, Body = typeof(CommitRequest),
            Answers = [new(200, typeof(UsageAnswer), "It was counted.")], Problems = [.. UseProblems, RefusalCode.HoldNotFound],
        },
        new RouteTo<HoldHandlers>(
            "ReleaseReservation", "DELETE", Root + "reservations/{id}", Access.License, (handlers, call) => handlers.ReleaseAsync(call))
        {
            Tag = Tag, Summary = "Releases a reservation.", Answers = [new(204, null)], Problems = [RefusalCode.HoldNotFound],
        },
        new RouteTo<HoldHandlers>("Lease", "POST", Root + "leases", Access.License, (handlers, call) => handlers.LeaseAsync(call))
        {
            Tag = Tag, Summary = "Sets a part of the allowance aside for a machine that meters on its own for a while.",
            Key = KeyUse.Required,
            Body = typeof(LeaseRequest), Answers = [new(201, typeof(LeaseAnswer), "It is set aside.")], Problems = UseProblems,
        },
        new RouteTo<HoldHandlers>(
            "SyncLease", "POST", Root + "leases/{id}/sync", Access.License, (handlers, call) => handlers.SyncAsync(call))
        {
            Tag = Tag, Summary = "Counts what was used of a lease, and closes it when asked.", Key = KeyUse.Required,
            Body = typeof(LeaseSyncRequest), Answers = [new(200, typeof(UsageAnswer), "It was counted.")],
            Problems = [RefusalCode.HoldNotFound],
        },
        new RouteTo<MachineHandlers>(
            "PutMachine", "PUT", Root + "machines/{fingerprint}", Access.License, (handlers, call) => handlers.PutAsync(call))
        {
            Tag = Tag, Summary = "Registers a machine with its cores.", Body = typeof(MachineRequest),
            Answers = [new(200, typeof(MachineAnswer), "It was known already."), new(201, typeof(MachineAnswer), "It is new.")],
            Problems = [RefusalCode.QuotaExceeded, RefusalCode.FeatureNotAssigned, RefusalCode.LimitReached],
        },
        new RouteTo<MachineHandlers>(
            "DeleteMachine", "DELETE", Root + "machines/{fingerprint}", Access.License, (handlers, call) => handlers.DeleteAsync(call))
        {
            Tag = Tag, Summary = "Removes a machine.", Answers = [new(204, null)], Problems = [RefusalCode.MachineNotFound],
        },
    ];
}
