using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Metering.Api;

/// <summary>Makes licenses.</summary>
internal sealed class LicenseCreation(
    NotedMeters meters,
    ILicenseDirectory directory,
    ICatalogStore store,
    Licenses licenses,
    RememberedCalls calls,
    JsonBodies bodies,
    MeterRules rules,
    IMeterClock clock)
{
    /// <summary>
    /// Makes the license's state, then its directory entry. With an <c>Idempotency-Key</c> the license's id is remembered before either, so
    /// that a repeat, even one after a crash halfway, finishes the same license. Its secret key is random and kept nowhere: whoever adds
    /// the directory entry shows it, and every repeat is answered without it. If that answer is lost, the license gets a key by rotation.
    /// </summary>
    public async Task CreateAsync(ApiCall call)
    {
        var body = await bodies.ReadAsync(call, ApiJson.Default.LicenseRequest).ConfigureAwait(false);
        var remembered = calls.Of(call, body);
        if (remembered is not null && await remembered.ReplayCreationAsync(Locate).ConfigureAwait(false))
        {
            return;
        }

        var catalog = await store.ReadAsync(call.Aborted).ConfigureAwait(false);
        var command = Read(body.Value, catalog);
        var (licenseId, isRepeat) = remembered is null
            ? (NewId.License(), false)
            : await remembered.IdAsync(NewId.License).ConfigureAwait(false);
        Locate(licenseId);
        if (isRepeat && await remembered!.ReplayAsync().ConfigureAwait(false))
        {
            return;
        }

        // Also for a repeat: the first try may have failed before anybody saw a key.
        var key = NewId.LicenseKey();
        var keyHash = SecretHash.Of(key).ToString();
        var license = isRepeat ? await directory.FindAsync(licenseId, call.Aborted).ConfigureAwait(false) : null;
        if (license is null)
        {
            // The state comes before the directory's entry, so that a key never opens a license that has no state yet.
            var once = Once.ByKey($"{call.Route.Name} {body.Key ?? licenseId}", body.Hash);
            var result = await meters.OpenAsync(command with { LicenseId = licenseId }, once, call.Aborted).ConfigureAwait(false);
            // A first try that failed before the entry has made the state already; then there is only the rest to do.
            if (result.Status != ApplyStatus.Replayed)
            {
                Answers.Expect<Answer>(call, licenseId, result);
            }

            var made = new LicenseRecord
            {
                Id = licenseId,
                TenantId = command.TenantId,
                KeyHash = keyHash,
                CreatedAt = clock.UtcNow,
                Metadata = Present(body.Value.Metadata),
            };
            LicenseView? shown = null;
            license = await meters.AddAsync(
                made,
                state =>
                {
                    shown = LicenseView.Of(made, state, clock.UtcNow, rules);
                    return remembered?.Answer(StatusCodes.Status201Created, LicenseKeyHandlers.Kept(shown));
                },
                call.Aborted).ConfigureAwait(false);
            if (ReferenceEquals(license, made))
            {
                // The answer is remembered by now.
                await LicenseKeyHandlers.SendAsync(call, StatusCodes.Status201Created, shown!, key, remembered: null).ConfigureAwait(false);
                return;
            }
        }

        // Another request has made it, or this one has and the store could not tell at first; then it is this one's key.
        var view = await licenses.ViewAsync(license, clock.UtcNow, call.Aborted).ConfigureAwait(false);
        await LicenseKeyHandlers.SendAsync(
            call, StatusCodes.Status201Created, view, license.KeyHash == keyHash ? key : null, remembered).ConfigureAwait(false);

        void Locate(string id) => call.Http.Response.Headers.Location = $"/api/v1/licenses/{id}";
    }

    /// <summary>A JSON value that says something; null where it is absent or null.</summary>
    public static JsonElement? Present(JsonElement? element) =>
        element is { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) } ? element : null;

    private static OpenLicense Read(LicenseRequest request, CatalogSnapshot catalog)
    {
        var errors = new FieldErrors();
        var tenantId = Texts.AddressId(errors, "/tenant_id", request.TenantId);
        JsonObjects.Metadata(errors, "/metadata", request.Metadata);
        errors.Require(request.MaxCores is null or >= 0, "/max_cores", "must be zero or more");
        errors.Require(
            request.TimeZone is null || PeriodSchedule.KnowsZone(request.TimeZone),
            "/time_zone", "must be an IANA time zone such as Europe/Berlin");
        var plans = LicensePlans.Read(request.PlanId, request.Plans, catalog, errors)
            ?? [.. catalog.Defaults.Select(catalog.Resolve)];
        errors.ThrowIfAny();
        return new OpenLicense
        {
            LicenseId = "",
            TenantId = tenantId,
            Anchor = request.Anchor,
            TimeZone = request.TimeZone,
            ExpiresAt = request.ExpiresAt,
            Plans = plans,
            Features = request.MaxCores is { } cores ? [Cores(catalog, cores)] : ImmutableArray<FeatureTerms>.Empty,
        };
    }

    private static FeatureTerms Cores(CatalogSnapshot catalog, decimal most) =>
        new(catalog.Features.GetValueOrDefault(Machines.FeatureCode) ?? Machines.Feature, new Terms { Limit = most });
}
