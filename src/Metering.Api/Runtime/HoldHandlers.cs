using Microsoft.AspNetCore.Http;

namespace Metering.Api;

/// <summary>Reservations and leases.</summary>
internal sealed class HoldHandlers(
    NotedMeters meters, Licenses licenses, LeaseTokens leaseTokens, JsonBodies bodies, IMeterClock clock, RecentEvents recent)
{
    public async Task ReserveAsync(ApiCall call)
    {
        var body = await bodies.ReadAsync(call, ApiJson.Default.ReservationRequest).ConfigureAwait(false);
        var request = body.Value;
        var errors = new FieldErrors();
        var command = Hold(errors, HoldKind.Reservation, request.FeatureCode, request.Amount, request.TtlSeconds);
        errors.ThrowIfAny();
        var hold = await OpenAsync(call, command, body.Key!, body.Hash).ConfigureAwait(false);
        if (hold is not null)
        {
            var answer = new ReservationAnswer
            {
                Id = hold.Id,
                FeatureCode = hold.FeatureCode,
                Amount = hold.Amount,
                ExpiresAt = hold.ExpiresAt,
            };
            await JsonReply.SendAsync(call.Http, StatusCodes.Status201Created, answer, ApiJson.Default.ReservationAnswer)
                .ConfigureAwait(false);
        }
    }

    public async Task LeaseAsync(ApiCall call)
    {
        var body = await bodies.ReadAsync(call, ApiJson.Default.LeaseRequest).ConfigureAwait(false);
        var request = body.Value;
        var errors = new FieldErrors();
        var command = Hold(errors, HoldKind.Lease, request.FeatureCode, request.Amount, request.TtlSeconds) with
        {
            Fingerprint = Texts.Id(errors, "/fingerprint", request.Fingerprint),
        };
        errors.ThrowIfAny();
        var hold = await OpenAsync(call, command, body.Key!, body.Hash).ConfigureAwait(false);
        if (hold is not null)
        {
            var answer = new LeaseAnswer
            {
                Id = hold.Id,
                FeatureCode = hold.FeatureCode,
                Amount = hold.Amount,
                ExpiresAt = hold.ExpiresAt,
                Token = await leaseTokens.SignAsync(call.LicenseId, hold, call.Aborted).ConfigureAwait(false),
            };
            await JsonReply.SendAsync(call.Http, StatusCodes.Status201Created, answer, ApiJson.Default.LeaseAnswer).ConfigureAwait(false);
        }
    }

    public async Task CommitAsync(ApiCall call)
    {
        var body = await bodies.ReadAsync(call, ApiJson.Default.CommitRequest, new CommitRequest()).ConfigureAwait(false);
        var errors = new FieldErrors();
        Texts.OptionalId(errors, "/user_id", body.Value.UserId);
        errors.Require(body.Value.Amount is null or >= 0, "/amount", "must be zero or more");
        errors.ThrowIfAny();
        var command = new CommitHold { HoldId = call.Path("id"), Amount = body.Value.Amount, UserId = body.Value.UserId };
        var result = await meters.ApplyAsync(call.LicenseId, command, Once.ByKey(body.Key!, body.Hash), call.Aborted).ConfigureAwait(false);
        recent.Add(RecentEvent.OfReservation(call.LicenseId, result));
        await Answers.SendUsageAsync(call, call.LicenseId, result, clock.UtcNow).ConfigureAwait(false);
    }

    public async Task ReleaseAsync(ApiCall call)
    {
        var command = new ReleaseHold { HoldId = call.Path("id") };
        var result = await meters.ApplyAsync(call.LicenseId, command, once: null, call.Aborted).ConfigureAwait(false);
        Answers.Expect<Answer>(call, call.LicenseId, result);
        call.Http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    /// <summary>
    /// Counts each use by its own event id, then ends the step. A sync that is repeated counts nothing twice, whether it comes with the
    /// same key or with another, and one that stopped halfway is finished by repeating it.
    /// </summary>
    public async Task SyncAsync(ApiCall call)
    {
        var body = await bodies.ReadAsync(call, ApiJson.Default.LeaseSyncRequest).ConfigureAwait(false);
        var uses = body.Value.Usage ?? [];
        Check(uses);
        var (holdId, once) = (call.Path("id"), Once.ByKey(body.Key!, body.Hash));
        if (uses.Length > 0)
        {
            // Before anything counts: a key that was used for another sync is refused as a whole, and a repeat gets its answer (rule 8),
            // also when its lease is forgotten.
            var first = await meters.ApplyAsync(call.LicenseId, new Recall(), once, call.Aborted).ConfigureAwait(false);
            if (first.Status != ApplyStatus.Applied)
            {
                await Answers.SendUsageAsync(call, call.LicenseId, first, clock.UtcNow).ConfigureAwait(false);
                return;
            }

            // A use does not say of which feature it is, and by which machine; its lease does.
            var state = await licenses.StateAsync(call.LicenseId, call.Aborted).ConfigureAwait(false);
            if (state.Holds.Find(holdId) is not { Kind: HoldKind.Lease } hold)
            {
                throw new ProblemException(new Problem(RefusalCode.HoldNotFound, "The license has no such lease."));
            }

            RequestedCommand[] commands = [.. uses.Select(use => new RequestedCommand(ToCommand(use!, hold), Once.ByEvent(use!.EventId!)))];
            var results = await meters.ApplyAsync(call.LicenseId, [.. commands], call.Aborted).ConfigureAwait(false);
            for (var i = 0; i < commands.Length; i++)
            {
                recent.Add(RecentEvent.Of(call.LicenseId, (Use)commands[i].Command, results[i]));
            }

            foreach (var counted in results)
            {
                // A use that was counted before is as good as one that counts now. Taken as an answer it would mark the whole sync as a
                // replay.
                if (counted.Status != ApplyStatus.Replayed)
                {
                    Answers.Expect<Answer>(call, call.LicenseId, counted);
                }
            }
        }

        // Last, so that a sync which failed halfway is not remembered, and its repeat goes through all uses again.
        var sync = new SyncLease { HoldId = holdId, Close = body.Value.Close ?? false };
        var result = await meters.ApplyAsync(call.LicenseId, sync, once, call.Aborted).ConfigureAwait(false);
        await Answers.SendUsageAsync(call, call.LicenseId, result, clock.UtcNow).ConfigureAwait(false);
    }

    private static RecordUse ToCommand(LeaseUse use, HoldState hold) => new()
    {
        FeatureCode = hold.FeatureCode,
        LeaseId = hold.Id,
        Given = use.Amount!.Value,
        EventId = use.EventId,
        UserId = use.UserId,
        Fingerprint = hold.Fingerprint,
        OccurredAt = use.OccurredAt,
    };

    private static void Check(LeaseUse?[] uses)
    {
        var errors = new FieldErrors();
        errors.Require(uses.Length <= LeaseSyncRequest.MaxUses, "/usage", $"must have at most {LeaseSyncRequest.MaxUses} uses");
        // No further than the limit: what is beyond it is refused by one error, not by one each.
        for (var i = 0; i < uses.Length && i < LeaseSyncRequest.MaxUses; i++)
        {
            var use = uses[i];
            if (!errors.Require(use is not null, $"/usage/{i}", "must be an object"))
            {
                continue;
            }

            Texts.Id(errors, $"/usage/{i}/event_id", use!.EventId);
            Texts.OptionalId(errors, $"/usage/{i}/user_id", use.UserId);
            errors.Require(use.OccurredAt is not null, $"/usage/{i}/occurred_at", "is required");
            errors.Require(use.Amount is > 0, $"/usage/{i}/amount", use.Amount is null ? "is required" : "must be above zero");
        }

        errors.ThrowIfAny();
    }

    private static OpenHold Hold(FieldErrors errors, HoldKind kind, string? featureCode, decimal? amount, int? ttlSeconds)
    {
        var most = (int)MeterLimits.HoldTtl.TotalSeconds;
        errors.Require(amount is > 0, "/amount", amount is null ? "is required" : "must be above zero");
        errors.Require(ttlSeconds is > 0 && ttlSeconds <= most, "/ttl_seconds", $"must be from 1 to {most}");
        return new OpenHold
        {
            Kind = kind,
            FeatureCode = Texts.Code(errors, "/feature_code", featureCode),
            Amount = amount ?? 0,
            TtlSeconds = ttlSeconds ?? 0,
        };
    }

    // Null when the hold was refused, and the refusal sent.
    private async ValueTask<HoldAnswer?> OpenAsync(ApiCall call, OpenHold command, string key, string hash)
    {
        var result = await meters.ApplyAsync(call.LicenseId, command, Once.ByKey(key, hash), call.Aborted).ConfigureAwait(false);
        // Sent here and not thrown, because a refused hold tells how the feature stands in the RateLimit headers too.
        if (result.Answer is Refusal refusal && result.Status is ApplyStatus.Applied)
        {
            await Answers.RefuseAsync(call, refusal, clock.UtcNow).ConfigureAwait(false);
            return null;
        }

        return Answers.Expect<HoldAnswer>(call, call.LicenseId, result);
    }
}
