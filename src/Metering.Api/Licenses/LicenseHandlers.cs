using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Metering.Api;

/// <summary>Licenses: read, change, suspend, resume, rotate the key, delete.</summary>
internal static class LicenseHandlers
{
    private const int MaxConcurrentReads = 32;

    public static async Task ListAsync(ApiCall call)
    {
        var limit = Paging.Limit(call);
        var tenantId = call.Query("tenant_id");
        var page = await Paging.ReadAsync(
            cursor => call.Ports.Directory.ListAsync(tenantId, cursor, limit, call.Aborted), call.Query("cursor")).ConfigureAwait(false);
        var views = new List<LicenseView>(page.Items.Count);
        foreach (var part in page.Items.Chunk(MaxConcurrentReads))
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
        var license = await Licenses.OfPathAsync(call).ConfigureAwait(false);
        var state = await Licenses.StateAsync(call, license.Id).ConfigureAwait(false);
        var catalog = await call.Ports.Catalog.ReadAsync(call.Aborted).ConfigureAwait(false);
        var patch = body.Value;

        var errors = new FieldErrors();
        errors.Require(!patch.ExpiresAt.IsGiven || patch.ExpiresAt.IsTime, "/expires_at", "must be an RFC 3339 time with an offset, or null");
        var expiry = patch.ExpiresAt.IsGiven ? new ChangeLicense { SetExpiry = true, ExpiresAt = patch.ExpiresAt.Value } : null;
        JsonObjects.Metadata(errors, "/metadata", patch.Metadata);
        var plans = Licenses.PlansFor(patch.PlanId, patch.Plans, catalog, errors);
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
            // plan_id changes one plan, and leaves those of other groups as they are when the license's writer comes to it.
            var once = OnceFor(call, body, "plans");
            var result = patch.PlanId is null
                ? await call.Ports.Meters.ApplyAsync(license.Id, new SetPlans { Plans = terms }, once, call.Aborted).ConfigureAwait(false)
                : await Licenses.ApplyOnPlansAsync(
                    call.Ports.Meters, call.Ports.Catalog, license.Id, seen => new ChangePlan { Plan = terms[0], Seen = seen }, once, call.Aborted)
                    .ConfigureAwait(false);
            answer = Answers.Expect<LicenseAnswer>(call, license.Id, result);
            call.Ports.EventLicenses.Forget(license.TenantId);
        }

        if (patch.Metadata.ValueKind != JsonValueKind.Undefined)
        {
            var metadata = LicenseCreation.Present(patch.Metadata);
            license = await ChangeAsync(call, license.Id, known => known with { Metadata = metadata }).ConfigureAwait(false);
        }

        await (answer is null ? SendAsync(call, license) : SendAsync(call, LicenseView.Of(license, answer))).ConfigureAwait(false);
    }

    public static Task SuspendAsync(ApiCall call) => SetSuspendedAsync(call, suspended: true);

    public static Task ResumeAsync(ApiCall call) => SetSuspendedAsync(call, suspended: false);

    /// <summary>Gives the license a new key; the old one opens nothing from then on. The same request again gives no other key, and shows none.</summary>
    public static async Task RotateKeyAsync(ApiCall call)
    {
        var body = await JsonBody.ReadAsync(call, ApiJson.Default.EmptyRequest, EmptyRequest.Value).ConfigureAwait(false);
        var licenseId = (await Licenses.OfPathAsync(call).ConfigureAwait(false)).Id;
        var remembered = RememberedCalls.Of(call, body, licenseId);
        if (remembered is not null && await remembered.ReplayAsync(StatusCodes.Status200OK).ConfigureAwait(false))
        {
            return;
        }

        var (key, mark) = (NewId.LicenseKey(), remembered?.Mark);
        var keyHash = SecretHash.Of(key).ToString();
        var oldHash = "";
        var license = await ChangeAsync(call, licenseId, known =>
        {
            oldHash = known.KeyHash;

            // Marked in the same step: of two that came together, and of one that comes again after a crash, one rotates.
            return mark is not null && known.RotatedBy == mark ? known : known with { KeyHash = keyHash, RotatedBy = mark };
        }).ConfigureAwait(false);
        call.Ports.Gate.Forget(SecretHash.FromHex(oldHash));
        var view = await Licenses.ViewAsync(call, license).ConfigureAwait(false);
        await SendWithKeyAsync(call, StatusCodes.Status200OK, view, license.KeyHash == keyHash ? key : null, remembered).ConfigureAwait(false);
    }

    /// <summary>Deletes the license: its key opens nothing, its evidence stays.</summary>
    public static async Task DeleteAsync(ApiCall call)
    {
        var license = await Licenses.OfPathAsync(call).ConfigureAwait(false);
        await ApplyAsync(call, license.Id, new ChangeLicense { Deleted = true }, once: null).ConfigureAwait(false);
        license = await call.Ports.Directory.ChangeAsync(
            license.Id, known => known.Deleted ? known : known with { Deleted = true }, call.Aborted).ConfigureAwait(false) ?? license;
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

    /// <summary>Sends a license with the key that it was given in this request, and remembers the answer without it.</summary>
    /// <param name="call">The request.</param>
    /// <param name="status">The answer's status.</param>
    /// <param name="view">The license.</param>
    /// <param name="key">The key; null when another request, of which this is a repeat, has given it.</param>
    /// <param name="remembered">What is remembered of the request; null when it came without a key.</param>
    public static async Task SendWithKeyAsync(ApiCall call, int status, LicenseView view, string? key, RememberedCalls? remembered)
    {
        if (key is null)
        {
            Answers.MarkReplayed(call);
        }

        if (remembered is not null)
        {
            var answer = JsonSerializer.Serialize(new LicenseWithKey(view, null), ApiJson.Default.LicenseWithKey);
            await remembered.KeepAsync(status, answer).ConfigureAwait(false);
        }

        await JsonReply.SendAsync(call.Http, status, new LicenseWithKey(view, key), ApiJson.Default.LicenseWithKey).ConfigureAwait(false);
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

    // The license may have been deleted since it was found.
    private static async ValueTask<LicenseRecord> ChangeAsync(ApiCall call, string licenseId, Func<LicenseRecord, LicenseRecord> change)
    {
        var license = await call.Ports.Directory
            .ChangeAsync(licenseId, known => known.Deleted ? known : change(known), call.Aborted).ConfigureAwait(false);
        return license is null or { Deleted: true } ? throw new ProblemException(Problem.NoLicense(licenseId)) : license;
    }

    private static async Task SendAsync(ApiCall call, LicenseRecord license)
    {
        var view = await Licenses.ViewAsync(call, license).ConfigureAwait(false);
        await SendAsync(call, view).ConfigureAwait(false);
    }

    private static Task SendAsync(ApiCall call, LicenseView view) =>
        JsonReply.SendAsync(call.Http, StatusCodes.Status200OK, view, ApiJson.Default.LicenseView);
}
