namespace Metering.Api;

/// <summary>For operators: which bearer tokens there are, and how one is taken away.</summary>
internal static class TokenRoutes
{
    private const string Tag = "Tokens";
    private const string Root = "api/v1/tokens";

    public static IReadOnlyList<ApiRoute> All { get; } =
    [
        new RouteTo<TokenHandlers>("ListTokens", "GET", Root, Access.Manage, (handlers, call) => handlers.ListAsync(call))
        {
            Tag = Tag, Summary = "The tokens of producers and operators, by name and scopes; never the tokens themselves.",
            Query = [Paging.CursorParameter, Paging.LimitParameter],
            Answers = [new(200, typeof(ListAnswer<TokenRecord>), "A part of the list.")],
        },
        new RouteTo<TokenHandlers>("RevokeToken", "DELETE", Root + "/{id}", Access.Manage, (handlers, call) => handlers.RevokeAsync(call))
        {
            Tag = Tag, Summary = "Takes a token away for good. One of the configuration, and the last that may manage, stay.",
            Answers = [new(204, null, "It opens nothing any more.")],
            Problems = [ProblemCode.TokenNotFound, ProblemCode.TokenConfigured, ProblemCode.LastManageToken],
        },
    ];
}
