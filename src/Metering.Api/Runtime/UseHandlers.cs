using Microsoft.AspNetCore.Http;

namespace Metering.Api;

/// <summary>Consume, check, report, validate, usage: what licensed software asks all the time.</summary>
internal sealed class UseHandlers(
    NotedMeters meters, Licenses licenses, JsonBodies bodies, IMeterClock clock, MeterRules rules, RecentEvents recent)
{
    private const string Valid = "valid";

    public async Task ConsumeAsync(ApiCall call)
    {
        var body = await bodies.ReadAsync(call, ApiJson.Default.UseRequest).ConfigureAwait(false);
        await ApplyAsync(call, body.Value.ToConsume(), body.Key!, body.Hash).ConfigureAwait(false);
    }

    public async Task ReportAsync(ApiCall call)
    {
        var body = await bodies.ReadAsync(call, ApiJson.Default.ReportRequest).ConfigureAwait(false);
        await ApplyAsync(call, body.Value.ToRecord(), body.Key!, body.Hash).ConfigureAwait(false);
    }

    public async Task CheckAsync(ApiCall call)
    {
        // Not "is it a GET": a HEAD asks as a GET does.
        var request = !HttpMethods.IsPost(call.Http.Request.Method)
            ? FromQuery(call)
            : (await bodies.ReadAsync(call, ApiJson.Default.CheckRequest).ConfigureAwait(false)).Value;
        var errors = new FieldErrors();
        var featureCode = Texts.Code(errors, "/feature_code", request.FeatureCode);
        Texts.OptionalId(errors, "/key", request.Key);
        errors.ThrowIfAny();

        var state = await licenses.StateAsync(call.LicenseId, call.Aborted).ConfigureAwait(false);
        var answer = LicenseMeter.Check(state, featureCode, request.Amount, request.Key, clock.UtcNow, rules);
        await (answer switch
        {
            UsageAnswer usage => Answers.SendUsageAsync(call, usage, clock.UtcNow),
            Refusal refusal => Answers.RefuseAsync(call, refusal, clock.UtcNow),
            _ => throw new InvalidOperationException($"A check was answered with a {answer.GetType().Name}."),
        }).ConfigureAwait(false);
    }

    public async Task ValidateAsync(ApiCall call)
    {
        // Usage is not asked for: whether a license is valid does not depend on it (rule 12).
        var state = await licenses.StateAsync(call.LicenseId, call.Aborted).ConfigureAwait(false);
        var license = await licenses.RecordAsync(call.LicenseId, call.Aborted).ConfigureAwait(false);
        var code = LicenseMeter.Invalidity(state, clock.UtcNow);
        var answer = new ValidationAnswer(code is null, code ?? Valid, LicenseView.Of(license, state, clock.UtcNow, rules));
        await JsonReply.SendAsync(call.Http, StatusCodes.Status200OK, answer, ApiJson.Default.ValidationAnswer).ConfigureAwait(false);
    }

    public async Task UsageAsync(ApiCall call)
    {
        var state = await licenses.StateAsync(call.LicenseId, call.Aborted).ConfigureAwait(false);
        await UsageReport.Of(state, clock.UtcNow, rules).SendAsync(call).ConfigureAwait(false);
    }

    private async Task ApplyAsync(ApiCall call, Use command, string key, string hash)
    {
        // Both are remembered, and either recognizes the use again, on whatever way it comes (rule 8).
        var once = Once.ByKey(key, hash, command.EventId);
        var result = await meters.ApplyAsync(call.LicenseId, command, once, call.Aborted).ConfigureAwait(false);
        recent.Add(RecentEvent.Of(call.LicenseId, command, result));
        await Answers.SendUsageAsync(call, call.LicenseId, result, clock.UtcNow).ConfigureAwait(false);
    }

    private static CheckRequest FromQuery(ApiCall call)
    {
        decimal? amount = null;
        if (call.Http.Request.Query.TryGetValue("amount", out var given))
        {
            // The same reader as in JSON, so that a number in the query is as exact (rule 1).
            amount = Amount.TryParse(given[^1], out var value, out var why)
                ? value
                : throw new ProblemException(Problem.Field("/amount", why!));
        }

        return new CheckRequest { FeatureCode = call.Query("feature_code"), Amount = amount, Key = call.Query("key") };
    }
}
