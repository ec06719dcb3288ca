using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Metering.Api;

/// <summary>Grants of a license.</summary>
internal sealed class GrantHandlers(NotedMeters meters, Licenses licenses, JsonBodies bodies, IMeterClock clock, MeterRules rules)
{
    public async Task PostAsync(ApiCall call)
    {
        var body = await bodies.ReadAsync(call, ApiJson.Default.GrantRequest).ConfigureAwait(false);
        var license = await licenses.OfPathAsync(call).ConfigureAwait(false);
        var command = Read(body.Value);
        var result = await meters
            .ApplyAsync(license.Id, command, IdempotencyKeys.OnceFor(call, body.Key, body.Hash), call.Aborted).ConfigureAwait(false);
        var grant = Answers.Expect<GrantAnswer>(call, license.Id, result);
        await JsonReply.SendAsync(call.Http, StatusCodes.Status201Created, grant, ApiJson.Default.GrantAnswer).ConfigureAwait(false);
    }

    /// <summary>Grants with what was used of each and why it ended, in the order of their making.</summary>
    public async Task ListAsync(ApiCall call)
    {
        var license = await licenses.RecordAsync(call.Path("id"), call.Aborted).ConfigureAwait(false);
        var state = await licenses.StateAsync(license.Id, call.Aborted).ConfigureAwait(false);
        var featureCode = call.Query("feature_code");
        var grants = LicenseMeter.Grants(state, clock.UtcNow, rules)
            .Where(grant => featureCode is null || grant.FeatureCode == featureCode);

        // By what never changes, and not by the place in the list: grants that end and are forgotten between two parts move the others up.
        var page = Paging.Slice(call, grants, grant => grant.CreatedSequence.ToString("D19", CultureInfo.InvariantCulture));
        await Paging.SendAsync(call, page.Items, page.NextCursor, ApiJson.Default.GrantAnswer).ConfigureAwait(false);
    }

    /// <summary>Voids a grant. What is said of it comes in the query: many clients and proxies let no body through with a DELETE.</summary>
    public async Task DeleteAsync(ApiCall call)
    {
        var errors = new FieldErrors();
        var note = new NotedRequest
        {
            Reason = call.Query("reason"),
            Reference = call.Query("reference"),
            Metadata = JsonObjects.FromText(errors, "/metadata", call.Query("metadata")),
        }.ReadNote(errors);
        errors.ThrowIfAny();
        var license = await licenses.OfPathAsync(call).ConfigureAwait(false);
        var command = new VoidGrant { GrantId = call.Path("grant"), Note = note };
        var result = await meters.ApplyAsync(license.Id, command, once: null, call.Aborted).ConfigureAwait(false);
        Answers.Expect<Answer>(call, license.Id, result);
        call.Http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static AddGrant Read(GrantRequest request)
    {
        var errors = new FieldErrors();
        errors.Require(request.Amount is > 0, "/amount", request.Amount is null ? "is required" : "must be above zero");
        errors.Require(request.RolloverMax is null or >= 0, "/rollover_max", "must be zero or more");
        errors.Require(
            request.ExpiresAt is null || request.EffectiveAt is null || request.ExpiresAt > request.EffectiveAt,
            "/expires_at", "must be after effective_at");
        var command = new AddGrant
        {
            FeatureCode = Texts.Code(errors, "/feature_code", request.FeatureCode),
            Amount = request.Amount ?? 0,
            Priority = request.Priority ?? 0,
            EffectiveAt = request.EffectiveAt,
            ExpiresAt = request.ExpiresAt,
            RolloverMax = request.RolloverMax,
            Recurrence = Texts.OneOf(errors, "/recurrence", request.Recurrence, Interval.None),
            Note = request.ReadNote(errors),
        };
        errors.ThrowIfAny();
        return command;
    }
}
