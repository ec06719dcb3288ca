using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Metering.Api;

/// <summary>Licenses: read, change, suspend, resume, rotate the key, delete.</summary>
internal static class LicenseHandlers
{
    private const int ReadAtOnce = 32;
    private const string RotationPurpose = "rotated key";

    public static async Task ListAsync(ApiCall call)
    {
        var limit = Paging.Limit(call);
        var tenantId = call.Query("tenant_id");
        var page = await Paging.ReadAsync(
            cursor => call.Ports.Directory.ListAsync(tenantId, cursor, limit, call.Aborted), call.Query("cursor")).ConfigureAwait(false);
        var views = new List<LicenseView>(page.Items.Count);
        foreach (var part in page.Items.Chunk(ReadAtOnce))
        {
            var states = await Task.WhenAll(part.Select(license => call.Ports.Meters.ReadAsync(license.Id, call.Aborted).AsTask())).ConfigureAwait(false);
            for (var i = 0; i < part.Length; i++)
            {
                if (states[i] is { } state)
                {
                    views.Add(LicenseView.Of(part[i], state, call.Now));
                }
            }
        }

        await Paging.SendAsync(call, views, page.NextCursor, ApiJson.Default.LicenseView).ConfigureAwait(false);
    }

    public static async Task GetAsync(ApiCall call)
    {
        var license = await Licenses.RecordAsync(call, call.Path("id")).ConfigureAwait(false);
        await SendAsync(call, license).ConfigureAwait(false);
    }

    public static async Task PatchAsync(ApiCall call)
    {
        var body = await JsonBody.ReadAsync(call, ApiJson.Default.LicensePatch).ConfigureAwait(false);
        using var turn = await call.Ports.Turns.TakeAsync(call.Path("id"), call.Aborted).ConfigureAwait(false);
        var license = await Licenses.OfPathAsync(call).ConfigureAwait(false);
        var state = await Licenses.StateAsync(call, license.Id).ConfigureAwait(false);
        var catalog = await call.Ports.Catalog.ReadAsync(call.Aborted).ConfigureAwait(false);
        var patch = body.Value;

        var errors = new FieldErrors();
        errors.Require(!patch.ExpiresAt.IsGiven || patch.ExpiresAt.IsTime, "/expires_at", "must be an RFC 3339 time with an offset, or null");
        var expiry = patch.ExpiresAt.IsGiven ? new ChangeLicense { SetExpiry = true, ExpiresAt = patch.ExpiresAt.Value } : null;
        JsonObjects.Metadata(errors, "/metadata", patch.Metadata);
        var plans = Licenses.PlansFor(patch.PlanId, patch.Plans, catalog, Licenses.PlansOf(state, catalog), errors);
        RequireUnits(state, plans, patch.PlanId is null ? "/plans" : "/plan_id", errors);
        errors.ThrowIfAny();

        // Each part is recognized by itself, so that a repeat after a failure halfway does what is left. What the last one left is the answer.
        LicenseAnswer? answer = null;
        if (expiry is not null)
        {
            answer = await ApplyAsync(call, license.Id, expiry, OnceFor(call, body, "expiry")).ConfigureAwait(false);
        }

        if (plans is { } terms)
        {
            answer = await ApplyAsync(call, license.Id, new SetPlans { Plans = terms }, OnceFor(call, body, "plans")).ConfigureAwait(false);
            call.Ports.EventLicenses.Forget(license.TenantId);
        }

        if (patch.Metadata.ValueKind != JsonValueKind.Undefined)
        {
            license = license with { Metadata = LicenseCreation.Present(patch.Metadata) };
            await call.Ports.Directory.UpdateAsync(license, call.Aborted).ConfigureAwait(false);
        }

        await (answer is null ? SendAsync(call, license) : SendAsync(call, LicenseView.Of(license, answer))).ConfigureAwait(false);
    }

    public static Task SuspendAsync(ApiCall call) => SetSuspendedAsync(call, suspended: true);

    public static Task ResumeAsync(ApiCall call) => SetSuspendedAsync(call, suspended: false);

    /// <summary>Gives the license a new key; the old one opens nothing from then on.</summary>
    public static async Task RotateKeyAsync(ApiCall call)
    {
        var body = await JsonBody.ReadAsync(call, ApiJson.Default.EmptyRequest, EmptyRequest.Value).ConfigureAwait(false);
        using var turn = await call.Ports.Turns.TakeAsync(call.Path("id"), call.Aborted).ConfigureAwait(false);
        var license = await Licenses.OfPathAsync(call).ConfigureAwait(false);
        var key = body.Key is null ? NewId.LicenseKey() : NewId.LicenseKey(call.Caller.Token!, RotationPurpose, license.Id, body.Key);
        var hash = SecretHash.Of(key).ToString();
        if (body.Key is not null && await WasRotatedAsync(call, license.Id, body).ConfigureAwait(false))
        {
            // The key is shown again only as long as it is the license's key, and only to who asked for it first.
            Answers.MarkReplayed(call);
            await SendAsync(call, license, license.KeyHash == hash ? key : null).ConfigureAwait(false);
            return;
        }

        var rotated = license with { KeyHash = hash };
        await call.Ports.Directory.UpdateAsync(rotated, call.Aborted).ConfigureAwait(false);
        call.Ports.Gate.Forget(SecretHash.FromHex(license.KeyHash));
        if (body.Key is not null)
        {
            await call.Ports.Requests
                .RememberAsync(MemoryName(call, license.Id, body.Key), new RememberedRequest(body.Hash, StatusCodes.Status200OK, license.Id), call.Aborted)
                .ConfigureAwait(false);
        }

        await SendAsync(call, rotated, key).ConfigureAwait(false);
    }

    /// <summary>Deletes the license: its key opens nothing, its evidence stays.</summary>
    public static async Task DeleteAsync(ApiCall call)
    {
        using var turn = await call.Ports.Turns.TakeAsync(call.Path("id"), call.Aborted).ConfigureAwait(false);
        var license = await Licenses.OfPathAsync(call).ConfigureAwait(false);
        await ApplyAsync(call, license.Id, new ChangeLicense { Deleted = true }, once: null).ConfigureAwait(false);
        await call.Ports.Directory.UpdateAsync(license with { Deleted = true }, call.Aborted).ConfigureAwait(false);
        call.Ports.Gate.Forget(SecretHash.FromHex(license.KeyHash));
        call.Ports.EventLicenses.Forget(license.TenantId);
        call.Http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    // A balance in usd can't pay a plan's price in USD: the change would end in refusals for lack of credit.
    private static void RequireUnits(LicenseState state, ImmutableArray<PlanTerms>? plans, string pointer, FieldErrors errors)
    {
        foreach (var unit in plans?.SelectMany(plan => plan.Features).Select(feature => feature.Terms.PriceUnit).OfType<string>().Distinct() ?? [])
        {
            var balance = state.Balances.FirstOrDefault(one => one.Unit != unit && one.Unit.Equals(unit, StringComparison.OrdinalIgnoreCase));
            errors.Require(balance is null, pointer, $"has prices in {unit}, which differs only in case from the license's balance in {balance?.Unit}");
        }
    }

    private static async Task SetSuspendedAsync(ApiCall call, bool suspended)
    {
        var body = await JsonBody.ReadAsync(call, ApiJson.Default.EmptyRequest, EmptyRequest.Value).ConfigureAwait(false);
        var license = await Licenses.OfPathAsync(call).ConfigureAwait(false);
        var answer = await ApplyAsync(
            call, license.Id, new ChangeLicense { Suspended = suspended }, IdempotencyKeys.OnceFor(call, body.Key, body.Hash)).ConfigureAwait(false);
        await SendAsync(call, LicenseView.Of(license, answer)).ConfigureAwait(false);
    }

    private static async ValueTask<LicenseAnswer> ApplyAsync(ApiCall call, string licenseId, Command command, Once? once)
    {
        var result = await call.Ports.Meters.ApplyAsync(licenseId, command, once, call.Aborted).ConfigureAwait(false);
        return Answers.Expect<LicenseAnswer>(call, licenseId, result);
    }

    private static Once? OnceFor(ApiCall call, JsonBody<LicensePatch> body, string part) =>
        body.Key is null ? null : Once.ByKey($"{call.Route.Name} {part} {body.Key}", body.Hash);

    private static async ValueTask<bool> WasRotatedAsync(ApiCall call, string licenseId, JsonBody<EmptyRequest> body)
    {
        var remembered = await call.Ports.Requests.FindAsync(MemoryName(call, licenseId, body.Key!), call.Aborted).ConfigureAwait(false);
        return remembered is not null
            && (remembered.BodyHash == body.Hash ? true : throw new ProblemException(Answers.KeyReused));
    }

    private static string MemoryName(ApiCall call, string licenseId, string key) => $"{call.Route.Name} {licenseId} {key}";

    private static async Task SendAsync(ApiCall call, LicenseRecord license, string? key = null)
    {
        var view = await Licenses.ViewAsync(call, license).ConfigureAwait(false);
        await SendAsync(call, view with { Key = key }).ConfigureAwait(false);
    }

    private static Task SendAsync(ApiCall call, LicenseView view) =>
        JsonReply.SendAsync(call.Http, StatusCodes.Status200OK, view, ApiJson.Default.LicenseView);
}

/// <summary>A body that says nothing.</summary>
public sealed record EmptyRequest
{
    internal static readonly EmptyRequest Value = new();
}
