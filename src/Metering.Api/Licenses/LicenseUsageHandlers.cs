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
        var note = request.ReadNote(errors);
        errors.ThrowIfAny();

        var command = new ResetUsage { FeatureCode = featureCode, KeepAnchor = request.KeepAnchor ?? true, TopUp = request.TopUp, Note = note };
        await ApplyAsync(call, license.Id, command, body.Key, body.Hash, "/top_up").ConfigureAwait(false);
    }

    public static async Task DecrementAsync(ApiCall call)
    {
        var body = await JsonBody.ReadAsync(call, ApiJson.Default.DecrementRequest).ConfigureAwait(false);
        var license = await Licenses.OfPathAsync(call).ConfigureAwait(false);
        var errors = new FieldErrors();
        var featureCode = Texts.Code(errors, "/feature_code", body.Value.FeatureCode);
        errors.Require(body.Value.Amount is > 0, "/amount", body.Value.Amount is null ? "is required" : "must be above zero");
        var note = body.Value.ReadNote(errors);
        errors.ThrowIfAny();
        var command = new DecrementUsage { FeatureCode = featureCode, Amount = body.Value.Amount!.Value, Note = note };
        await ApplyAsync(call, license.Id, command, body.Key, body.Hash).ConfigureAwait(false);
    }

    public static async Task ResumeAsync(ApiCall call)
    {
        var body = await JsonBody.ReadAsync(call, ApiJson.Default.FeatureRequest).ConfigureAwait(false);
        var license = await Licenses.OfPathAsync(call).ConfigureAwait(false);
        var errors = new FieldErrors();
        var featureCode = Texts.Code(errors, "/feature_code", body.Value.FeatureCode);
        var note = body.Value.ReadNote(errors);
        errors.ThrowIfAny();
        await ApplyAsync(call, license.Id, new ResumeUsage { FeatureCode = featureCode, Note = note }, body.Key, body.Hash).ConfigureAwait(false);
    }

    // The command's own answer: a read after it would show what others have changed since, and a repeat not what came of the first (rule 8).
    private static async Task ApplyAsync(ApiCall call, string licenseId, Command command, string? key, string hash, string amountPointer = "/amount")
    {
        var result = await call.Ports.Meters
            .ApplyAsync(licenseId, command, IdempotencyKeys.OnceFor(call, key, hash), call.Aborted).ConfigureAwait(false);
        await (Answers.Expect<Answer>(call, licenseId, result, amountPointer) switch
        {
            UsageAnswer usage => Answers.SendUsageAsync(call, usage),
            LicenseUsage all => new UsageReport(all.Features, all.Balances).SendAsync(call),
            var answer => throw new InvalidOperationException($"{call.Route.Name} was answered with a {answer.GetType().Name}."),
        }).ConfigureAwait(false);
    }
}
