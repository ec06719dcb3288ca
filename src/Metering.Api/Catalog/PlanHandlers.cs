using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Metering.Api;

/// <summary>The catalog's plans, in their versions.</summary>
internal sealed class PlanHandlers(ICatalogStore store, RememberedCalls calls, JsonBodies bodies, IMeterClock clock)
{
    public async Task PostAsync(ApiCall call)
    {
        var body = await bodies.ReadAsync(call, ApiJson.Default.PlanDocument).ConfigureAwait(false);
        var remembered = calls.Of(call, body);
        if (remembered is not null && await remembered.ReplayAsync().ConfigureAwait(false))
        {
            return;
        }

        // The body is the plan itself, so places in it begin at its root.
        var change = new CatalogChange(new CatalogDocument { Plans = [body.Value] }, clock.UtcNow) { PlansPointer = "" };
        // To its end even when the client has gone: a repeat must not publish again what another has changed.
        var catalog = await change.MergeAsync(store, CancellationToken.None).ConfigureAwait(false);
        var document = CatalogWriting.ToDocument(catalog.FindPlan(body.Value.Id!)!);
        await RememberedCall.SendAsync(call, remembered, change.Status, document, ApiJson.Default.PlanDocument).ConfigureAwait(false);
    }

    public async Task ListAsync(ApiCall call)
    {
        var catalog = await store.ReadAsync(call.Aborted).ConfigureAwait(false);
        var latest = catalog.Plans.Values.Select(versions => CatalogWriting.ToDocument(versions[^1]));
        var page = Paging.Slice(call, latest, plan => plan.Id!);
        await Paging.SendAsync(call, page.Items, page.NextCursor, ApiJson.Default.PlanDocument).ConfigureAwait(false);
    }

    public async Task GetAsync(ApiCall call)
    {
        var plan = (await VersionsAsync(store, call).ConfigureAwait(false))[^1];
        await JsonReply.SendAsync(call.Http, StatusCodes.Status200OK, CatalogWriting.ToDocument(plan), ApiJson.Default.PlanDocument)
            .ConfigureAwait(false);
    }

    public async Task ListVersionsAsync(ApiCall call)
    {
        var versions = await VersionsAsync(store, call).ConfigureAwait(false);
        var page = Paging.Slice(call, versions.Select(CatalogWriting.ToDocument), VersionKey);
        await Paging.SendAsync(call, page.Items, page.NextCursor, ApiJson.Default.PlanDocument).ConfigureAwait(false);
    }

    /// <summary>The versions of the plan that the path names, oldest first; never empty.</summary>
    /// <exception cref="ProblemException">There is no such plan.</exception>
    internal static async ValueTask<IReadOnlyList<Plan>> VersionsAsync(ICatalogStore store, ApiCall call)
    {
        var catalog = await store.ReadAsync(call.Aborted).ConfigureAwait(false);
        return catalog.Plans.TryGetValue(call.Path("id"), out var versions)
            ? versions
            : throw new ProblemException(new Problem(ProblemCode.PlanNotFound, "The catalog has no such plan."));
    }

    // Versions are numbered from 1; padded, their order as text is their order as numbers.
    private static string VersionKey(PlanDocument plan) => plan.Version!.Value.ToString("D10", CultureInfo.InvariantCulture);
}
