using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Metering.Api;

/// <summary>Makes licenses.</summary>
internal static class LicenseCreation
{
    private const string KeyPurpose = "license key";

    /// <summary>
    /// Makes the license's state, then its directory entry. With an <c>Idempotency-Key</c> the license's id is remembered before either,
    /// so that a repeat, even one after a crash halfway, finishes the same license. Its secret key is not remembered: it is derived from
    /// the caller's token and the idempotency key, and a repeat by another caller, or after the key was rotated, is answered without it.
    /// </summary>
    public static async Task CreateAsync(ApiCall call)
    {
        var body = await JsonBody.ReadAsync(call, ApiJson.Default.LicenseRequest).ConfigureAwait(false);
        var catalog = await call.Ports.Catalog.ReadAsync(call.Aborted).ConfigureAwait(false);
        var command = Read(body.Value, catalog);

        var licenseId = body.Key is null ? NewId.License() : await RememberedIdAsync(call, body.Key, body.Hash).ConfigureAwait(false);
        var key = body.Key is null ? NewId.LicenseKey() : NewId.LicenseKey(call.Caller.Token!, KeyPurpose, licenseId, body.Key);
        var license = await call.Ports.Directory.FindAsync(licenseId, call.Aborted).ConfigureAwait(false);
        if (license is null)
        {
            license = new LicenseRecord
            {
                Id = licenseId,
                TenantId = command.TenantId,
                KeyHash = SecretHash.Of(key).ToString(),
                CreatedAt = call.Now,
                Metadata = Present(body.Value.Metadata),
            };
            var once = Once.ByKey($"{call.Route.Name} {body.Key ?? licenseId}", body.Hash);
            var result = await call.Ports.Meters.ApplyAsync(licenseId, command with { LicenseId = licenseId }, once, call.Aborted).ConfigureAwait(false);
            if (result.Status != ApplyStatus.Replayed)
            {
                Answers.Expect<Answer>(call, licenseId, result);
            }

            await call.Ports.Directory.AddAsync(license, call.Aborted).ConfigureAwait(false);
        }
        else
        {
            Answers.MarkReplayed(call);
        }

        call.Ports.EventLicenses.Forget(command.TenantId);
        var view = await Licenses.ViewAsync(call, license).ConfigureAwait(false);
        var shown = license.KeyHash == SecretHash.Of(key).ToString() ? key : null;
        call.Http.Response.Headers.Location = $"/api/v1/licenses/{licenseId}";
        await JsonReply.SendAsync(call.Http, StatusCodes.Status201Created, view with { Key = shown }, ApiJson.Default.LicenseView).ConfigureAwait(false);
    }

    /// <summary>A JSON value that says something; null where it is absent or null.</summary>
    public static JsonElement? Present(JsonElement? element) =>
        element is { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) } ? element : null;

    private static OpenLicense Read(LicenseRequest request, CatalogSnapshot catalog)
    {
        var errors = new FieldErrors();
        var tenantId = Texts.Id(errors, "/tenant_id", request.TenantId);
        JsonObjects.Metadata(errors, "/metadata", request.Metadata);
        errors.Require(request.MaxCores is null or >= 0, "/max_cores", "must be zero or more");
        errors.Require(
            request.TimeZone is null || PeriodSchedule.KnowsZone(request.TimeZone), "/time_zone", "must be an IANA time zone such as Europe/Berlin");
        var plans = Licenses.PlansFor(request.PlanId, request.Plans, catalog, [], errors)
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

    private static async ValueTask<string> RememberedIdAsync(ApiCall call, string key, string hash)
    {
        var name = $"{call.Route.Name} {key}";
        var remembered = await call.Ports.Requests.FindAsync(name, call.Aborted).ConfigureAwait(false);
        if (remembered is null)
        {
            await call.Ports.Requests
                .RememberAsync(name, new RememberedRequest(hash, StatusCodes.Status201Created, NewId.License()), call.Aborted).ConfigureAwait(false);

            // Of two requests that came together the first one stays; both go on with its id.
            remembered = await call.Ports.Requests.FindAsync(name, call.Aborted).ConfigureAwait(false)
                ?? throw new StoreUnavailableException("A request was remembered, but can't be found.");
        }

        return remembered.BodyHash == hash ? remembered.Body : throw new ProblemException(Answers.KeyReused);
    }
}
