using Microsoft.AspNetCore.Http;

namespace Metering.Api;

/// <summary>What a customer may look at a license with.</summary>
internal sealed class ViewTokenHandlers(Licenses licenses, ViewTokens tokens, JsonBodies bodies, MeteringOptions options)
{
    public async Task CreateAsync(ApiCall call)
    {
        var body = await bodies.ReadAsync(call, ApiJson.Default.ViewTokenRequest, new ViewTokenRequest()).ConfigureAwait(false);
        var license = await licenses.OfPathAsync(call).ConfigureAwait(false);
        var most = options.CustomerPage.MaxTokenHours * 3600;
        var seconds = body.Value.TtlSeconds ?? Math.Min(ViewTokenRequest.DefaultSeconds, most);
        var errors = new FieldErrors();
        errors.Require(seconds > 0 && seconds <= most, "/ttl_seconds", $"must be from 1 to {most}");
        errors.ThrowIfAny();
        var answer = await tokens.SignAsync(license, TimeSpan.FromSeconds(seconds), call.Aborted).ConfigureAwait(false);
        await JsonReply.SendAsync(call.Http, StatusCodes.Status201Created, answer, ApiJson.Default.ViewTokenAnswer).ConfigureAwait(false);
    }
}
