using Microsoft.AspNetCore.Http;

namespace Metering.Api;

/// <summary>Consume, check, report, validate, usage: what licensed software asks all the time.</summary>
internal static class UseHandlers
{
    private const string Valid = "valid";

    public static async Task ConsumeAsync(ApiCall call)
    {
        var body = await JsonBody.ReadAsync(call, ApiJson.Default.UseRequest).ConfigureAwait(false);
        await ApplyAsync(call, body.Value.ToConsume(), body.Key!, body.Hash).ConfigureAwait(false);
    }

    public static async Task ReportAsync(ApiCall call)
    {
        var body = await JsonBody.ReadAsync(call, ApiJson.Default.ReportRequest).ConfigureAwait(false);
        await ApplyAsync(call, body.Value.ToRecord(), body.Key!, body.Hash).ConfigureAwait(false);
    }

    public static async Task CheckAsync(ApiCall call)
    {
        var request = !HttpMethods.IsPost(call.Http.Request.Method)
            ? FromQuery(call)
            : (await JsonBody.ReadAsync(call, ApiJson.Default.CheckRequest).ConfigureAwait(false)).Value;
        var errors = new FieldErrors();
        var featureCode = Texts.Code(errors, "/feature_code", request.FeatureCode);
        Texts.OptionalId(errors, "/key", request.Key);
        errors.ThrowIfAny();

        var state = await Licenses.StateAsync(call, call.LicenseId).ConfigureAwait(false);
        var answer = LicenseMeter.Check(state, featureCode, request.Amount, request.Key, call.Now);
        await (answer switch
        {
            UsageAnswer usage => Answers.SendUsageAsync(call, usage),
            Refusal refusal => Answers.RefuseAsync(call, refusal),
            _ => throw new InvalidOperationException($"A check was answered with a {answer.GetType().Name}."),
        }).ConfigureAwait(false);
    }

    public static async Task ValidateAsync(ApiCall call)
    {
        var state = await Licenses.StateAsync(call, call.LicenseId).ConfigureAwait(false);
        var license = await Licenses.RecordAsync(call, call.LicenseId).ConfigureAwait(false);
        var problem = LicenseMeter.Invalidity(state, call.Now);
        var answer = new ValidationAnswer(problem is null, problem ?? Valid, LicenseView.Of(license, state, call.Now));
        await JsonReply.SendAsync(call.Http, StatusCodes.Status200OK, answer, ApiJson.Default.ValidationAnswer).ConfigureAwait(false);
    }

    public static async Task UsageAsync(ApiCall call)
    {
        var state = await Licenses.StateAsync(call, call.LicenseId).ConfigureAwait(false);
        await UsageReport.Of(state, call.Now).SendAsync(call).ConfigureAwait(false);
    }

    private static async Task ApplyAsync(ApiCall call, Use command, string key, string hash)
    {
        var once = Once.ByKey(key, hash, command.EventId);
        var result = await call.Ports.Meters.ApplyAsync(call.LicenseId, command, once, call.Aborted).ConfigureAwait(false);
        await Answers.SendUsageAsync(call, call.LicenseId, result).ConfigureAwait(false);
    }

    private static CheckRequest FromQuery(ApiCall call)
    {
        decimal? amount = null;
        if (call.Http.Request.Query.TryGetValue("amount", out var given))
        {
            amount = Amount.TryParse(given[^1], out var value, out var problem)
                ? value
                : throw new ProblemException(Problem.Field("/amount", problem!));
        }

        return new CheckRequest { FeatureCode = call.Query("feature_code"), Amount = amount, Key = call.Query("key") };
    }
}
