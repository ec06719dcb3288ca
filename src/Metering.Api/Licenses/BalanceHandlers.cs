using Microsoft.AspNetCore.Http;

namespace Metering.Api;

/// <summary>Balances of a license.</summary>
internal sealed class BalanceHandlers(NotedMeters meters, Licenses licenses, JsonBodies bodies, IMeterClock clock, MeterRules rules)
{
    public async Task PostAsync(ApiCall call)
    {
        var body = await bodies.ReadAsync(call, ApiJson.Default.BalanceRequest).ConfigureAwait(false);
        var license = await licenses.OfPathAsync(call).ConfigureAwait(false);
        var request = body.Value;
        var errors = new FieldErrors();
        errors.Require(request.Amount is >= 0, "/amount", request.Amount is null ? "is required" : "must be zero or more");
        errors.Require(request.LowAt is null or >= 0, "/low_at", "must be zero or more");
        var command = new OpenBalance
        {
            Unit = Texts.Code(errors, "/unit", request.Unit),
            Amount = request.Amount ?? 0,
            AllowOverage = request.AllowOverage ?? false,
            LowAt = request.LowAt,
            Note = request.ReadNote(errors),
        };
        errors.ThrowIfAny();
        await ApplyAsync(call, license.Id, command, body.Key, body.Hash, StatusCodes.Status201Created).ConfigureAwait(false);
    }

    public async Task PatchAsync(ApiCall call)
    {
        var body = await bodies.ReadChangeAsync(call, ApiJson.Default.BalancePatch).ConfigureAwait(false);
        var license = await licenses.OfPathAsync(call).ConfigureAwait(false);
        var request = body.Value;
        var errors = new FieldErrors();
        errors.Require(request.AllowOverage is not null || request.LowAt is not null, "", "must have allow_overage, low_at, or both");
        errors.Require(request.LowAt is null or >= 0, "/low_at", "must be zero or more");
        var note = request.ReadNote(errors);
        errors.ThrowIfAny();
        var command = new ChangeBalanceTerms
        {
            Unit = call.Path("unit"), AllowOverage = request.AllowOverage, LowAt = request.LowAt, Note = note,
        };
        await ApplyAsync(call, license.Id, command, body.Key, body.Hash).ConfigureAwait(false);
    }

    public async Task ListAsync(ApiCall call)
    {
        var license = await licenses.RecordAsync(call.Path("id"), call.Aborted).ConfigureAwait(false);
        var state = await licenses.StateAsync(license.Id, call.Aborted).ConfigureAwait(false);
        var balances = LicenseMeter.Balances(state, clock.UtcNow, rules).OrderBy(balance => balance.Unit, StringComparer.Ordinal);
        var page = Paging.Slice(call, balances, balance => balance.Unit);
        await Paging.SendAsync(call, page.Items, page.NextCursor, ApiJson.Default.BalanceAnswer).ConfigureAwait(false);
    }

    public Task TopUpAsync(ApiCall call) => MoveAsync(call, BalanceChange.TopUp);

    public Task WithdrawAsync(ApiCall call) => MoveAsync(call, BalanceChange.Withdraw);

    public Task SuspendAsync(ApiCall call) => SwitchAsync(call, BalanceChange.Suspend);

    public Task ResumeAsync(ApiCall call) => SwitchAsync(call, BalanceChange.Resume);

    private async Task MoveAsync(ApiCall call, BalanceChange change)
    {
        var body = await bodies.ReadAsync(call, ApiJson.Default.CreditRequest).ConfigureAwait(false);
        var license = await licenses.OfPathAsync(call).ConfigureAwait(false);
        var errors = new FieldErrors();
        errors.Require(body.Value.Amount is > 0, "/amount", body.Value.Amount is null ? "is required" : "must be above zero");
        var note = body.Value.ReadNote(errors);
        errors.ThrowIfAny();
        var command = new ChangeBalance { Unit = call.Path("unit"), Change = change, Amount = body.Value.Amount!.Value, Note = note };
        await ApplyAsync(call, license.Id, command, body.Key, body.Hash).ConfigureAwait(false);
    }

    private async Task SwitchAsync(ApiCall call, BalanceChange change)
    {
        var body = await bodies.ReadAsync(call, ApiJson.Default.NotedRequest, new NotedRequest()).ConfigureAwait(false);
        var license = await licenses.OfPathAsync(call).ConfigureAwait(false);
        var errors = new FieldErrors();
        var note = body.Value.ReadNote(errors);
        errors.ThrowIfAny();
        var command = new ChangeBalance { Unit = call.Path("unit"), Change = change, Note = note };
        await ApplyAsync(call, license.Id, command, body.Key, body.Hash).ConfigureAwait(false);
    }

    private async Task ApplyAsync(
        ApiCall call, string licenseId, Command command, string? key, string hash, int status = StatusCodes.Status200OK)
    {
        var result = await meters
            .ApplyAsync(licenseId, command, IdempotencyKeys.OnceFor(call, key, hash), call.Aborted).ConfigureAwait(false);
        var balance = Answers.Expect<BalanceAnswer>(call, licenseId, result);
        await JsonReply.SendAsync(call.Http, status, balance, ApiJson.Default.BalanceAnswer).ConfigureAwait(false);
    }
}
