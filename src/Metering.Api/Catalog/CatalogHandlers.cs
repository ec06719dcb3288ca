using Microsoft.AspNetCore.Http;

namespace Metering.Api;

/// <summary>The catalog as a whole: read, and merged with a document.</summary>
internal sealed class CatalogHandlers(ICatalogStore store, JsonBodies bodies, IMeterClock clock)
{
    public async Task GetAsync(ApiCall call)
    {
        var catalog = await store.ReadAsync(call.Aborted).ConfigureAwait(false);
        await JsonReply.SendAsync(call.Http, StatusCodes.Status200OK, CatalogWriting.ToDocument(catalog), ApiJson.Default.CatalogDocument)
            .ConfigureAwait(false);
    }

    public async Task PutAsync(ApiCall call)
    {
        var errors = new FieldErrors();
        var dryRun = QueryFlags.Flag(call, "dry_run", errors) ?? false;
        errors.ThrowIfAny();
        var body = await bodies.ReadAsync(call, ApiJson.Default.CatalogDocument).ConfigureAwait(false);
        var change = new CatalogChange(body.Value, clock.UtcNow);
        if (dryRun)
        {
            // The same merge as the real one, whose result nobody keeps: both judge a document in the same way.
            change.Apply(await store.ReadAsync(call.Aborted).ConfigureAwait(false));
            change.ThrowIfRefused();
        }
        else
        {
            await change.MergeAsync(store, call.Aborted).ConfigureAwait(false);
        }

        await JsonReply.SendAsync(call.Http, StatusCodes.Status200OK, change.Answer(dryRun), ApiJson.Default.CatalogChangeAnswer)
            .ConfigureAwait(false);
    }
}
