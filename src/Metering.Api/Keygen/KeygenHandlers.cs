using Microsoft.AspNetCore.Http;

namespace Metering.Api;

/// <summary>Keygen's forms of increment, decrement and reset, for a license with one metered feature (or <c>?feature_code=</c>).</summary>
internal sealed class KeygenHandlers(NotedMeters meters, Licenses licenses, Gate gate, JsonBodies bodies, RecentEvents recent)
{
    private const string Increment = "/meta/increment";
    private const string Decrement = "/meta/decrement";

    // Which feature an absent code means is for the license's writer to say, so that a repeat means the same.
    private const string OnlyMetered = "";

    public async Task IncrementAsync(ApiCall call)
    {
        // A body may be absent, and may have fields that we don't know: the form is Keygen's, not ours.
        var body = await bodies.ReadAsync(call, ForeignJson.Default.KeygenRequest, new KeygenRequest()).ConfigureAwait(false);
        var amount = Count(body.Value.Meta?.Increment, Increment);
        await ApplyAsync(call, body, Increment, feature => new Consume { FeatureCode = feature, Given = amount, AddsOnly = true })
            .ConfigureAwait(false);
    }

    public async Task DecrementAsync(ApiCall call)
    {
        var body = await bodies.ReadAsync(call, ForeignJson.Default.KeygenRequest, new KeygenRequest()).ConfigureAwait(false);
        var amount = Count(body.Value.Meta?.Decrement, Decrement);
        await ApplyAsync(call, body, Decrement, feature => new DecrementUsage { FeatureCode = feature, Amount = amount })
            .ConfigureAwait(false);
    }

    public async Task ResetAsync(ApiCall call)
    {
        var body = await bodies.ReadAsync(call, ForeignJson.Default.KeygenRequest, new KeygenRequest()).ConfigureAwait(false);
        await ApplyAsync(call, body, "", feature => new ResetUsage { FeatureCode = feature }).ConfigureAwait(false);
    }

    private static decimal Count(decimal? given, string pointer)
    {
        var count = given ?? 1;
        return count > 0 && decimal.IsInteger(count)
            ? count
            : throw new ProblemException(Problem.Field(pointer, "must be a whole number above zero"));
    }

    private async Task ApplyAsync(ApiCall call, JsonBody<KeygenRequest> body, string amountPointer, Func<string, Command> command)
    {
        var licenseId = await LicenseIdAsync(call).ConfigureAwait(false);
        var asked = command(call.Query("feature_code") ?? OnlyMetered);
        var result = await meters.ApplyAsync(
            licenseId, asked, IdempotencyKeys.OnceFor(call, body.Key, body.Hash), call.Aborted)
                .ConfigureAwait(false);
        if (asked is Use use)
        {
            recent.Add(RecentEvent.Of(licenseId, use, result));
        }

        // The count is the one that this command left: not what a repeat, or another increment at the same time, would read after it.
        var usage = Answers.Expect<UsageAnswer>(call, licenseId, result, amountPointer);
        var document = new KeygenDocument(new KeygenLicense("licenses", licenseId, new KeygenAttributes(usage.Used, usage.Allowance)));
        await JsonReply.SendAsync(call.Http, StatusCodes.Status200OK, document, KeygenJson.Default.KeygenDocument, JsonReply.JsonApiType)
            .ConfigureAwait(false);
    }

    // The path names the license by id or by key. A license may act on itself alone, and does not learn whether another exists.
    private async ValueTask<string> LicenseIdAsync(ApiCall call)
    {
        var named = call.Path("id");
        var licenseId = named.StartsWith(NewId.LicensePrefix, StringComparison.Ordinal)
            ? named
            : await gate.FindLicenseAsync(named, call.Aborted).ConfigureAwait(false);
        var isCaller = licenseId is not null && licenseId == call.Caller.LicenseId;
        if (licenseId is null || (call.Caller.LicenseId is not null && !isCaller))
        {
            throw new ProblemException(new Problem(RefusalCode.LicenseNotFound, "There is no such license."));
        }

        // The caller's own license was found by its key; any other has to be looked up, and may be deleted.
        if (!isCaller)
        {
            var license = await licenses.RecordAsync(licenseId, call.Aborted).ConfigureAwait(false);
            return license.Deleted ? throw new ProblemException(Problem.NoLicense(licenseId)) : licenseId;
        }

        return licenseId;
    }
}
