using Microsoft.AspNetCore.Http;

namespace Metering.Api;

/// <summary>The public keys of lease tokens.</summary>
internal sealed class LeaseKeyHandlers(LeaseTokens leaseTokens)
{
    public async Task GetAsync(ApiCall call)
    {
        var keys = await leaseTokens.PublicKeysAsync(call.Aborted).ConfigureAwait(false);
        call.Http.Response.Headers.CacheControl = "public, max-age=300";
        await JsonReply.SendAsync(call.Http, StatusCodes.Status200OK, keys, ApiJson.Default.KeySet).ConfigureAwait(false);
    }
}
