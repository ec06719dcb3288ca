namespace Metering.Api;

/// <summary>For operators: which bearer tokens there are, and how one is made and taken away.</summary>
internal static class TokenRoutes
{
    private const string Tag = "Tokens";
    private const string Root = "api/v1/tokens";

    public static IReadOnlyList<ApiRoute> All { get; } =
    [
        new RouteTo<TokenHandlers>("CreateToken", "POST", Root, Access.Manage, (handlers, call) => handlers.CreateAsync(call))
        {
            Tag = Tag,
            Summary = "Creates a token and shows it only once. With a tenant_id it may send and read that customer's use only.",
            Key = KeyUse.Optional, ShowsSecret = true, Body = typeof(TokenRequest),
            Answers = [new(201, typeof(TokenWithSecret), "The token. A repeat of the request shows null in its place.")],
            Problems = [RefusalCode.LimitReached],
        },
        new RouteTo<TokenHandlers>("ListTokens", "GET", Root, Access.Manage, (handlers, call) => handlers.ListAsync(call))
        {
            Tag = Tag, Summary = "The tokens of producers and operators, by name and scopes; never the tokens themselves.",
            Query = [Paging.CursorParameter, Paging.LimitParameter],
            Answers = [new(200, typeof(ListAnswer<TokenRecord>), "A part of the list.")],
        },
        new RouteTo<TokenHandlers>("RevokeToken", "DELETE", Root + "/{id}", Access.Manage, (handlers, call) => handlers.RevokeAsync(call))
        {
            Tag = Tag, Summary = "Revokes a token for good: at once on the server, within Metering:Api:KeyCacheSeconds on every instance of the "
                + "Functions app. A token of the configuration, and the last that may manage, can't be revoked.",
            Answers = [new(204, null, "It opens nothing any more.")],
            Problems = [ProblemCode.TokenNotFound, ProblemCode.TokenConfigured, ProblemCode.LastManageToken],
        },
    ];
}
