using Microsoft.AspNetCore.Http;

namespace Metering.Api;

/// <summary>Features of a license.</summary>
internal sealed class AssignmentHandlers(
    NotedMeters meters, ICatalogStore store, Licenses licenses, LicensePlans plans, JsonBodies bodies, IMeterClock clock)
{
    public async Task PostAsync(ApiCall call)
    {
        var body = await bodies.ReadAsync(call, ApiJson.Default.AssignmentRequest).ConfigureAwait(false);
        var license = await licenses.OfPathAsync(call).ConfigureAwait(false);
        var catalog = await store.ReadAsync(call.Aborted).ConfigureAwait(false);
        var assigned = Read(body.Value, catalog);
        var command = new AssignFeature
        {
            Feature = assigned with { Feature = assigned.Feature.OnLicense() },
            NotOffered = assigned.Feature.IsRetired(clock.UtcNow) ? CatalogChange.WhyNotOffered(assigned.Feature) : null,
        };
        var result = await meters.ApplyAsync(
            license.Id, command, IdempotencyKeys.OnceFor(call, body.Key, body.Hash), call.Aborted).ConfigureAwait(false);
        var answer = Answers.Expect<AssignmentAnswer>(call, license.Id, result);
        var assignment = AssignedFeature.Of(answer.Feature, answer.Terms, planId: null);
        await JsonReply.SendAsync(call.Http, StatusCodes.Status201Created, assignment, ApiJson.Default.AssignedFeature)
            .ConfigureAwait(false);
    }

    public async Task ListAsync(ApiCall call)
    {
        var license = await licenses.RecordAsync(call.Path("id"), call.Aborted).ConfigureAwait(false);
        var state = await licenses.StateAsync(license.Id, call.Aborted).ConfigureAwait(false);
        var features = state.Meters.Where(meter => meter.Assigned).OrderBy(meter => meter.Feature.Code, StringComparer.Ordinal)
            .Select(meter => AssignedFeature.Of(meter.Feature, meter.Terms, meter.PlanId));
        var page = Paging.Slice(call, features, feature => feature.FeatureCode);
        await Paging.SendAsync(call, page.Items, page.NextCursor, ApiJson.Default.AssignedFeature).ConfigureAwait(false);
    }

    public async Task DeleteAsync(ApiCall call)
    {
        var license = await licenses.OfPathAsync(call).ConfigureAwait(false);
        var state = await licenses.StateAsync(license.Id, call.Aborted).ConfigureAwait(false);
        var code = call.Path("code");
        var meter = state.FindMeter(code) ?? state.FindMeter(Feature.CodeOf(code));
        if (meter is not { Assigned: true })
        {
            if (meter is not null)
            {
                // This may repeat a request that took it away and failed before that was noted: events would go on to this license.
                await meters.NoteAsync(license.Id, call.Aborted).ConfigureAwait(false);
            }

            throw new ProblemException(new Problem(ProblemCode.FeatureNotFound, "The license has no such feature."));
        }

        if (meter.PlanId is not null)
        {
            throw new ProblemException(new Problem(
                ProblemCode.FeatureFromPlan, $"The feature comes from the plan {meter.PlanId}; only an assignment can be taken away."));
        }

        var result = await plans.ApplyAsync(license.Id,
            // The terms of the plans come along, because a plan's terms take over where an assignment ends, and the license's writer knows
            // no catalog.
            seen => new UnassignFeature { FeatureCode = meter.Feature.Code, Plans = seen },
            once: null,
            call.Aborted).ConfigureAwait(false);
        Answers.Expect<Answer>(call, license.Id, result);
        call.Http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static FeatureTerms Read(AssignmentRequest request, CatalogSnapshot catalog)
    {
        var errors = new FieldErrors();
        var pointer = request.FeatureCode is null && request.FeatureId is not null ? "/feature_id" : "/feature_code";
        var code = Texts.Code(errors, pointer, request.FeatureCode ?? (request.FeatureId is null
            ? null
            : Feature.CodeOf(request.FeatureId)));
        errors.Require(
            request.FeatureCode is null || request.FeatureId is null || Feature.CodeOf(request.FeatureId) == request.FeatureCode,
            "/feature_id", "must name the same feature as feature_code");
        var limit = request.Limit ?? (errors.Require(request.MaxConsumptions is null or >= 0, "/max_consumptions", "must be zero or more")
            ? request.MaxConsumptions
            : null);
        errors.Require(
            request.MaxConsumptions is null || request.Limit is null || request.MaxConsumptions == request.Limit,
            "/max_consumptions", "must be the same as limit, where both are given");
        Feature? feature = null;
        // A name that is wrong in itself has been told already.
        if (!errors.Any && !catalog.Features.TryGetValue(code, out feature))
        {
            errors.Add(pointer, "is not a feature of the catalog");
        }

        // Read also where the feature is wrong, so that one answer names all faults.
        var terms = TermsReading.Read(request with { Limit = limit }, feature, "", errors);
        errors.ThrowIfAny();
        return new FeatureTerms(feature!, terms);
    }
}
