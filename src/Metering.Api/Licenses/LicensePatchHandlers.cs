using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Metering.Api;

/// <summary>Licenses: plan, expiry and metadata changed.</summary>
internal sealed class LicensePatchHandlers(
    NotedMeters meters, ICatalogStore store, Licenses licenses, LicensePlans licensePlans, RememberedCalls calls, JsonBodies bodies,
    IMeterClock clock)
{
    public async Task PatchAsync(ApiCall call)
    {
        var body = await bodies.ReadChangeAsync(call, ApiJson.Default.LicensePatch).ConfigureAwait(false);
        var license = await licenses.OfPathAsync(call).ConfigureAwait(false);
        var remembered = calls.Of(call, body, license.Id);
        if (remembered is not null && await remembered.ReplayAsync().ConfigureAwait(false))
        {
            return;
        }

        // Only to find faults of the request. What changes is decided by the license's writer, on the state as it is by then.
        var state = await licenses.StateAsync(license.Id, call.Aborted).ConfigureAwait(false);
        var catalog = await store.ReadAsync(call.Aborted).ConfigureAwait(false);
        var patch = body.Value;

        var errors = new FieldErrors();
        errors.Require(
            !patch.ExpiresAt.IsGiven || patch.ExpiresAt.IsTime, "/expires_at", "must be an RFC 3339 time with an offset, or null");
        var expiry = patch.ExpiresAt.IsGiven ? new ChangeLicense { SetExpiry = true, ExpiresAt = patch.ExpiresAt.Value } : null;
        JsonObjects.Metadata(errors, "/metadata", patch.Metadata);
        var plans = LicensePlans.Read(patch.PlanId, patch.Plans, catalog, errors);
        RequireUnits(state, plans, patch.PlanId is null ? "/plans" : "/plan_id", errors);
        errors.ThrowIfAny();

        // Before anything is changed: a part that is done must not be joined by one of another request with the same key.
        if (remembered is not null)
        {
            await remembered.ClaimAsync().ConfigureAwait(false);
        }

        // Each part is recognized by itself, so that a repeat after a failure halfway does what is left. What the last one left is the
        // answer.
        LicenseAnswer? answer = null;
        if (expiry is not null)
        {
            var result = await meters.ApplyAsync(license.Id, expiry, OnceFor(call, body, "expiry"), call.Aborted).ConfigureAwait(false);
            answer = Answers.Expect<LicenseAnswer>(call, license.Id, result);
        }

        if (plans is { } terms)
        {
            // plan_id changes one plan, and leaves those of other groups as they are when the license's writer comes to it.
            var once = OnceFor(call, body, "plans");
            var result = patch.PlanId is null
                ? await meters.ApplyAsync(license.Id, new SetPlans { Plans = terms }, once, call.Aborted).ConfigureAwait(false)
                : await licensePlans.ApplyAsync(license.Id, seen => new ChangePlan { Plan = terms[0], Seen = seen }, once, call.Aborted)
                    .ConfigureAwait(false);
            answer = Answers.Expect<LicenseAnswer>(call, license.Id, result);
        }

        if (patch.Metadata.ValueKind != JsonValueKind.Undefined)
        {
            var metadata = LicenseCreation.Present(patch.Metadata);
            var isRepeat = false;
            license = await licenses.ChangeAsync(
                license.Id,
                known => (isRepeat = RememberedCall.IsAmong(known.ChangedBy, remembered))
                    ? known
                    : known with { Metadata = metadata, ChangedBy = RememberedCall.Join(known.ChangedBy, remembered) },
                call.Aborted).ConfigureAwait(false);
            if (isRepeat)
            {
                Answers.MarkReplayed(call);
            }
        }

        var view = answer is null
            ? await licenses.ViewAsync(license, clock.UtcNow, call.Aborted).ConfigureAwait(false)
            // The command's own answer, so that a repeat shows what the first one did (rule 8).
            : LicenseView.Of(license, answer);
        await RememberedCall.SendAsync(call, remembered, StatusCodes.Status200OK, view, ApiJson.Default.LicenseView).ConfigureAwait(false);
    }

    // A balance in usd can't pay a plan's price in USD: the change would end in refusals for lack of credit.
    private static void RequireUnits(LicenseState state, ImmutableArray<PlanTerms>? plans, string pointer, FieldErrors errors)
    {
        var units = plans?.SelectMany(plan => plan.Features).Select(feature => feature.Terms.PriceUnit).OfType<string>().Distinct();
        foreach (var unit in units ?? [])
        {
            var balance = state.Balances.FirstOrDefault(
                one => one.Unit != unit && one.Unit.Equals(unit, StringComparison.OrdinalIgnoreCase));
            errors.Require(
                balance is null,
                pointer, $"has prices in {unit}, which differs only in case from the license's balance in {balance?.Unit}");
        }
    }

    private static Once? OnceFor(ApiCall call, JsonBody<LicensePatch> body, string part) =>
        body.Key is null ? null : Once.ByKey($"{call.Route.Name} {part} {body.Key}", body.Hash);
}
