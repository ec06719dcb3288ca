namespace Metering.Api;

/// <summary>An operator's hand on a license's usage: read, reset, top up, decrement, resume.</summary>
internal static class LicenseUsageHandlers
{
    public static async Task GetAsync(ApiCall call)
    {
        var license = await Licenses.RecordAsync(call, call.Path("id")).ConfigureAwait(false);
        var state = await Licenses.StateAsync(call, license.Id).ConfigureAwait(false);
        await UsageReport.Of(state, call.Now).SendAsync(call).ConfigureAwait(false);
    }

    /// <summary>Starts the period anew, or, with <c>top_up</c>, adds a grant of that amount and resets nothing.</summary>
    public static async Task ResetAsync(ApiCall call)
    {
        var body = await JsonBody.ReadAsync(call, ApiJson.Default.ResetRequest, new ResetRequest()).ConfigureAwait(false);
        var license = await Licenses.OfPathAsync(call).ConfigureAwait(false);
        var request = body.Value;
        var errors = new FieldErrors();
        var featureCode = Texts.OptionalCode(errors, "/feature_code", request.FeatureCode);
        errors.Require(request.TopUp is null or > 0, "/top_up", "must be above zero");
        errors.ThrowIfAny();

        Command command;
        if (request.TopUp is { } amount)
        {
            featureCode ??= await OnlyMeteredAsync(call, license.Id).ConfigureAwait(false);
            command = new AddGrant { FeatureCode = featureCode, Amount = amount };
        }
        else
        {
            command = new ResetUsage { FeatureCode = featureCode, KeepAnchor = request.KeepAnchor ?? true };
        }

        await ApplyAsync(call, license.Id, command, body.Key, body.Hash, "/top_up").ConfigureAwait(false);
        await SendAsync(call, license.Id, featureCode).ConfigureAwait(false);
    }

    public static async Task DecrementAsync(ApiCall call)
    {
        var body = await JsonBody.ReadAsync(call, ApiJson.Default.DecrementRequest).ConfigureAwait(false);
        var license = await Licenses.OfPathAsync(call).ConfigureAwait(false);
        var errors = new FieldErrors();
        var featureCode = Texts.Code(errors, "/feature_code", body.Value.FeatureCode);
        errors.Require(body.Value.Amount is > 0, "/amount", body.Value.Amount is null ? "is required" : "must be above zero");
        errors.ThrowIfAny();
        var command = new DecrementUsage { FeatureCode = featureCode, Amount = body.Value.Amount!.Value };
        await ApplyAsync(call, license.Id, command, body.Key, body.Hash).ConfigureAwait(false);
        await SendAsync(call, license.Id, featureCode).ConfigureAwait(false);
    }

    public static async Task ResumeAsync(ApiCall call)
    {
        var body = await JsonBody.ReadAsync(call, ApiJson.Default.FeatureRequest).ConfigureAwait(false);
        var license = await Licenses.OfPathAsync(call).ConfigureAwait(false);
        var errors = new FieldErrors();
        var featureCode = Texts.Code(errors, "/feature_code", body.Value.FeatureCode);
        errors.ThrowIfAny();
        await ApplyAsync(call, license.Id, new ResumeUsage { FeatureCode = featureCode }, body.Key, body.Hash).ConfigureAwait(false);
        await SendAsync(call, license.Id, featureCode).ConfigureAwait(false);
    }

    private static async ValueTask ApplyAsync(ApiCall call, string licenseId, Command command, string? key, string hash, string amountPointer = "/amount")
    {
        var result = await call.Ports.Meters
            .ApplyAsync(licenseId, command, IdempotencyKeys.OnceFor(call, key, hash), call.Aborted).ConfigureAwait(false);
        Answers.Expect<Answer>(call, licenseId, result, amountPointer);
    }

    // The feature's usage answer; with none named, everything.
    private static async Task SendAsync(ApiCall call, string licenseId, string? featureCode)
    {
        var state = await Licenses.StateAsync(call, licenseId).ConfigureAwait(false);
        var report = UsageReport.Of(state, call.Now);
        var feature = featureCode is null ? null : report.Features.FirstOrDefault(answer => answer.FeatureCode == featureCode);
        await (feature is null ? report.SendAsync(call) : Answers.SendUsageAsync(call, feature)).ConfigureAwait(false);
    }

    private static async ValueTask<string> OnlyMeteredAsync(ApiCall call, string licenseId)
    {
        var state = await Licenses.StateAsync(call, licenseId).ConfigureAwait(false);
        return Licenses.OnlyMetered(state)
            ?? throw new ProblemException(Problem.Field("/feature_code", "is required: the license does not have just one metered feature"));
    }
}
