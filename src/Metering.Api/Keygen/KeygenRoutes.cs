namespace Metering.Api;

/// <summary>The routes of Keygen's forms.</summary>
internal static class KeygenRoutes
{
    private const string Tag = "Keygen's forms";
    private const string Actions = "api/v1/licenses/{id}/actions/";

    public static IReadOnlyList<ApiRoute> All { get; } =
    [
        new RouteTo<KeygenHandlers>(
            "IncrementUsage", "POST", Actions + "increment-usage", Access.LicenseOrManage,
            (handlers, call) => handlers.IncrementAsync(call))
        {
            Tag = Tag,
            Summary = "Consumes. A license may do this to itself. "
                + "The license is named by id or key; the limit reached is 422 with LICENSE_USAGE_LIMIT_EXCEEDED.",
            Key = KeyUse.Optional, JsonApi = true, Body = typeof(KeygenRequest), Query = [Feature],
            Answers = [new(200, typeof(KeygenDocument), "It was counted.")], Problems = [RefusalCode.LicenseNotFound],
        },
        new RouteTo<KeygenHandlers>(
            "DecrementUsageAction", "POST", Actions + "decrement-usage", Access.Manage, (handlers, call) => handlers.DecrementAsync(call))
        {
            Tag = Tag, Summary = "Decrements usage.", Key = KeyUse.Optional, JsonApi = true, Body = typeof(KeygenRequest), Query = [Feature],
            Answers = [new(200, typeof(KeygenDocument), "It was taken away.")], Problems = [RefusalCode.LicenseNotFound],
        },
        new RouteTo<KeygenHandlers>(
            "ResetUsageAction", "POST", Actions + "reset-usage", Access.Manage, (handlers, call) => handlers.ResetAsync(call))
        {
            Tag = Tag, Summary = "Resets usage: starts a new period.", Key = KeyUse.Optional, JsonApi = true, Query = [Feature],
            Answers = [new(200, typeof(KeygenDocument), "It is reset.")], Problems = [RefusalCode.LicenseNotFound],
        },
    ];

    private static QueryParameter Feature => new("feature_code", "The feature, where the license has several metered ones.");
}
