namespace Metering.Api;

/// <summary>An operator's hand on a license's usage: read, reset, top up, decrement, resume.</summary>
internal sealed class LicenseUsageHandlers(NotedMeters meters, Licenses licenses, JsonBodies bodies, IMeterClock clock, MeterRules rules)
{
    public async Task GetAsync(ApiCall call)
    {
        var license = await licenses.RecordAsync(call.Path("id"), call.Aborted).ConfigureAwait(false);
        var state = await licenses.StateAsync(license.Id, call.Aborted).ConfigureAwait(false);
        await UsageReport.Of(state, clock.UtcNow, rules).SendAsync(call).ConfigureAwait(false);
    }

    /// <summary>Starts the period anew, or, with <c>top_up</c>, adds a grant of that amount and resets nothing.</summary>
    public async Task ResetAsync(ApiCall call)
    {
        var body = await bodies.ReadAsync(call, ApiJson.Default.ResetRequest, new ResetRequest()).ConfigureAwait(false);
        var license = await licenses.OfPathAsync(call).ConfigureAwait(false);
        var request = body.Value;
        var errors = new FieldErrors();
        var featureCode = Texts.OptionalCode(errors, "/feature_code", request.FeatureCode);
        errors.Require(request.TopUp is null or > 0, "/top_up", "must be above zero");
        var note = request.ReadNote(errors);
        errors.ThrowIfAny();

        var command = new ResetUsage
        {
            FeatureCode = featureCode,
            KeepAnchor = request.KeepAnchor ?? true,
            TopUp = request.TopUp,
            Note = note,
        };
        await ApplyAsync(call, license.Id, command, body.Key, body.Hash, "/top_up").ConfigureAwait(false);
    }

    public async Task DecrementAsync(ApiCall call)
    {
        var body = await bodies.ReadAsync(call, ApiJson.Default.DecrementRequest).ConfigureAwait(false);
        var license = await licenses.OfPathAsync(call).ConfigureAwait(false);
        var errors = new FieldErrors();
        var featureCode = Texts.Code(errors, "/feature_code", body.Value.FeatureCode);
        errors.Require(body.Value.Amount is > 0, "/amount", body.Value.Amount is null ? "is required" : "must be above zero");
        var note = body.Value.ReadNote(errors);
        errors.ThrowIfAny();
        var command = new DecrementUsage { FeatureCode = featureCode, Amount = body.Value.Amount!.Value, Note = note };
        await ApplyAsync(call, license.Id, command, body.Key, body.Hash).ConfigureAwait(false);
    }

    public async Task ResumeAsync(ApiCall call)
    {
        var body = await bodies.ReadAsync(call, ApiJson.Default.FeatureRequest).ConfigureAwait(false);
        var license = await licenses.OfPathAsync(call).ConfigureAwait(false);
        var errors = new FieldErrors();
        var featureCode = Texts.Code(errors, "/feature_code", body.Value.FeatureCode);
        var note = body.Value.ReadNote(errors);
        errors.ThrowIfAny();
        await ApplyAsync(call, license.Id, new ResumeUsage { FeatureCode = featureCode, Note = note }, body.Key, body.Hash)
            .ConfigureAwait(false);
    }

    // The command's own answer: a read after it would show what others have changed since, and a repeat not what came of the first (rule
    // 8).
    private async Task ApplyAsync(ApiCall call, string licenseId, Command command, string? key, string hash, string amountPointer =
        "/amount")
    {
        var result = await meters
            .ApplyAsync(licenseId, command, IdempotencyKeys.OnceFor(call, key, hash), call.Aborted).ConfigureAwait(false);
        await (Answers.Expect<Answer>(call, licenseId, result, amountPointer) switch
        {
            UsageAnswer usage => Answers.SendUsageAsync(call, usage, clock.UtcNow),
            LicenseUsage all => new UsageReport(all.Features, all.Balances).SendAsync(call),
            var answer => throw new InvalidOperationException($"{call.Route.Name} was answered with a {answer.GetType().Name}."),
        }).ConfigureAwait(false);
    }
}
