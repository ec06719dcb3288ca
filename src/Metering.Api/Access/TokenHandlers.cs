using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Metering.Api;

/// <summary>
/// Tokens of producers and operators: made, listed and revoked. A token itself is shown in the answer that made it, and never again.
/// </summary>
internal sealed class TokenHandlers(ITokens store, RememberedCalls calls, JsonBodies bodies, TimeProvider time)
{
    public async Task CreateAsync(ApiCall call)
    {
        var body = await bodies.ReadAsync(call, ApiJson.Default.TokenRequest).ConfigureAwait(false);
        var remembered = calls.Of(call, body);
        if (remembered is not null && await remembered.ReplayCreationAsync().ConfigureAwait(false))
        {
            return;
        }

        var request = body.Value;
        NewToken.Check(request).ThrowIfAny();
        var (id, isRepeat) = remembered is null ? (NewId.Token(), false) : await remembered.IdAsync(NewId.Token).ConfigureAwait(false);
        if (isRepeat && await remembered!.ReplayAsync().ConfigureAwait(false))
        {
            return;
        }

        var secret = NewToken.Secret();

        // Tokens live in real time, also beside a test clock: it must not make one look older than the person who made it.
        var token = NewToken.Record(request, time.GetUtcNow(), id);
        var added = await store.AddAsync(SecretHash.Of(secret).ToString(), token, call.Aborted).ConfigureAwait(false);
        if (added == TokenAddition.Full)
        {
            throw new ProblemException(new Problem(
                RefusalCode.LimitReached, $"There are {TokenRecord.MaxStored} tokens. Revoke those that are not needed."));
        }

        if (added == TokenAddition.Present)
        {
            // The request that made it broke off before its answer was remembered. Nobody may show that secret again.
            Answers.MarkReplayed(call);
        }

        if (remembered is not null)
        {
            var kept = JsonSerializer.Serialize(new TokenWithSecret(token, null), ApiJson.Default.TokenWithSecret);
            await remembered.KeepAsync(StatusCodes.Status201Created, kept).ConfigureAwait(false);
        }

        var shown = new TokenWithSecret(token, added == TokenAddition.Added ? secret : null);
        await JsonReply.SendAsync(call.Http, StatusCodes.Status201Created, shown, ApiJson.Default.TokenWithSecret).ConfigureAwait(false);
    }

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
