using Microsoft.AspNetCore.Http;

namespace Metering.Api;

/// <summary>The catalog's features.</summary>
internal sealed class FeatureHandlers(ICatalogStore store, RememberedCalls calls, JsonBodies bodies, IMeterClock clock)
{
    public async Task PostAsync(ApiCall call)
    {
        var body = await bodies.ReadAsync(call, ApiJson.Default.FeatureDocument).ConfigureAwait(false);
        var remembered = calls.Of(call, body);
        if (remembered is not null && await remembered.ReplayAsync().ConfigureAwait(false))
        {
            return;
        }

        // The body is the feature itself, so places in it begin at its root.
        var change = new CatalogChange(new CatalogDocument { Features = [body.Value] }, clock.UtcNow) { FeaturesPointer = "" };
        // To its end even when the client has gone: a repeat must not publish again what another has changed.
        var catalog = await change.MergeAsync(store, CancellationToken.None).ConfigureAwait(false);
        var document = CatalogWriting.ToDocument(catalog.Features[body.Value.Code!]);
        await RememberedCall.SendAsync(call, remembered, change.Status, document, ApiJson.Default.FeatureDocument).ConfigureAwait(false);
    }

    public async Task ListAsync(ApiCall call)
    {
        var catalog = await store.ReadAsync(call.Aborted).ConfigureAwait(false);
        var page = Paging.Slice(call, catalog.Features.Values.Select(CatalogWriting.ToDocument), feature => feature.Code!);
        await Paging.SendAsync(call, page.Items, page.NextCursor, ApiJson.Default.FeatureDocument).ConfigureAwait(false);
    }

    public async Task GetAsync(ApiCall call)
    {
        var catalog = await store.ReadAsync(call.Aborted).ConfigureAwait(false);
        // As a code first: the code of a feature may itself begin as ids do.
        var code = Feature.CodeOf(call.Path("code"));
        var feature = catalog.Features.GetValueOrDefault(call.Path("code")) ?? catalog.Features.GetValueOrDefault(code)
            ?? throw new ProblemException(new Problem(ProblemCode.FeatureNotFound, "The catalog has no such feature."));
        await JsonReply.SendAsync(call.Http, StatusCodes.Status200OK, CatalogWriting.ToDocument(feature), ApiJson.Default.FeatureDocument)
            .ConfigureAwait(false);
    }
}
