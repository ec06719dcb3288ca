using Microsoft.AspNetCore.Http;

namespace Metering.Api;

/// <summary>Licenses: read, suspended, resumed, deleted.</summary>
internal sealed class LicenseHandlers(
    NotedMeters meters, ILicenseDirectory directory, Licenses licenses, Gate gate, JsonBodies bodies, IMeterClock clock)
{
    public async Task ListAsync(ApiCall call)
    {
        var limit = Paging.Limit(call);
        var tenantId = call.Query("tenant_id") ?? call.Caller.TenantId;
        if (call.Caller.TenantId is { } own && own != tenantId)
        {
            // As of a tenant that has none.
            await Paging.SendAsync(call, [], null, ApiJson.Default.LicenseView).ConfigureAwait(false);
            return;
        }

        var page = await Paging.ReadAsync(
            cursor => directory.ListAsync(tenantId, cursor, limit, call.Aborted), call.Query("cursor")).ConfigureAwait(false);
        // The directory of a host whose states lie near has noted none of them.
        string[] unnoted = [.. page.Items.Where(license => license.Standing is null).Select(license => license.Id)];
        var states = new Queue<LicenseState?>(await meters.ReadManyAsync(unnoted, call.Aborted).ConfigureAwait(false));
        var views = new List<LicenseView>(page.Items.Count);
        foreach (var license in page.Items)
        {
            if ((license.Standing ?? (states.Dequeue() is { } state ? LicenseAnswer.Of(state) : null)) is { } standing)
            {
                views.Add(LicenseView.Of(license, standing with { At = clock.UtcNow }));
            }
        }

        await Paging.SendAsync(call, views, page.NextCursor, ApiJson.Default.LicenseView).ConfigureAwait(false);
    }

    public async Task GetAsync(ApiCall call)
    {
        var license = await licenses.RecordAsync(call.Path("id"), call.Aborted).ConfigureAwait(false);
        await SendAsync(call, license).ConfigureAwait(false);
    }

    public Task SuspendAsync(ApiCall call) => SetSuspendedAsync(call, suspended: true);

    public Task ResumeAsync(ApiCall call) => SetSuspendedAsync(call, suspended: false);

    /// <summary>Deletes the license: its key opens nothing, its evidence stays.</summary>
    public async Task DeleteAsync(ApiCall call)
    {
        var license = await licenses.OfPathAsync(call).ConfigureAwait(false);
        // The state first: from then on nothing counts, whatever the directory or another instance's memory still says.
        await ApplyAsync(call, license.Id, new ChangeLicense { Deleted = true }, once: null).ConfigureAwait(false);
        license = await directory.ChangeAsync(
            license.Id, known => known.Deleted ? known : known with { Deleted = true }, call.Aborted).ConfigureAwait(false) ?? license;
        // In this process only; elsewhere the key is forgotten with time, and the state refuses until then.
        gate.Forget(SecretHash.FromHex(license.KeyHash));
        call.Http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private async Task SetSuspendedAsync(ApiCall call, bool suspended)
    {
        var body = await bodies.ReadAsync(call, ApiJson.Default.EmptyRequest, EmptyRequest.Value).ConfigureAwait(false);
        var license = await licenses.OfPathAsync(call).ConfigureAwait(false);
        var answer = await ApplyAsync(
            call, license.Id, new ChangeLicense { Suspended = suspended }, IdempotencyKeys.OnceFor(call, body.Key, body.Hash))
                .ConfigureAwait(false);
        await SendAsync(call, LicenseView.Of(license, answer)).ConfigureAwait(false);
    }

    private async ValueTask<LicenseAnswer> ApplyAsync(ApiCall call, string licenseId, Command command, Once? once)
    {
        var result = await meters.ApplyAsync(licenseId, command, once, call.Aborted).ConfigureAwait(false);
        return Answers.Expect<LicenseAnswer>(call, licenseId, result);
    }

    private async Task SendAsync(ApiCall call, LicenseRecord license)
    {
        var view = await licenses.ViewAsync(license, clock.UtcNow, call.Aborted).ConfigureAwait(false);
        await SendAsync(call, view).ConfigureAwait(false);
    }

    private static Task SendAsync(ApiCall call, LicenseView view) =>
        JsonReply.SendAsync(call.Http, StatusCodes.Status200OK, view, ApiJson.Default.LicenseView);
}
