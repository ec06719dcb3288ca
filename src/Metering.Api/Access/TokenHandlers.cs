using Microsoft.AspNetCore.Http;

namespace Metering.Api;

/// <summary>Tokens of producers and operators: listed and revoked. A token itself is shown where it is made, and never again.</summary>
internal sealed class TokenHandlers(ITokens store)
{
    public async Task ListAsync(ApiCall call)
    {
        var tokens = await store.ListAsync(call.Aborted).ConfigureAwait(false);
        // The port lists the oldest first; a part of a list goes on after the last key, which takes the order of keys.
        var page = Paging.Slice(call, tokens.OrderBy(token => token.Id, StringComparer.Ordinal), token => token.Id);
        await Paging.SendAsync(call, page.Items, page.NextCursor, ApiJson.Default.TokenRecord).ConfigureAwait(false);
    }

    public async Task RevokeAsync(ApiCall call)
    {
        var id = call.Path("id");
        switch (await store.RevokeAsync(id, call.Aborted).ConfigureAwait(false))
        {
            case TokenRevocation.Revoked:
                call.Http.Response.StatusCode = StatusCodes.Status204NoContent;
                break;
            case TokenRevocation.Configured:
                throw new ProblemException(new Problem(
                    ProblemCode.TokenConfigured,
                    $"The token {id} comes from the configuration. Take it away there and start the host again."));
            case TokenRevocation.LastManager:
                throw new ProblemException(new Problem(
                    ProblemCode.LastManageToken,
                    $"No token but {id} has the scope {Scopes.Manage}. Make another first: nobody could get in any more."));
            default:
                throw new ProblemException(new Problem(ProblemCode.TokenNotFound, $"There is no token {id}."));
        }
    }
}
