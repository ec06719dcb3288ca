using Microsoft.Extensions.Logging;

namespace Metering.Client;

/// <summary>Takes leases: of as many units as the pace of use needs for a lease's time, before what is there is short.</summary>
internal sealed class LeaseTaker(
    LeaseStock stock, LeaseCalls calls, LeaseTokens tokens, LeasedMeterOptions options, TimeProvider clock, ILogger log)
{
    private const int MaxGrowth = 8;
    private const int ShortPart = 4;

    // Leases that the meter could not be told about. No more are taken until it has heard of them.
    private const int MaxEnded = 16;

    private readonly string _feature = options.FeatureCode!;

    /// <summary>Takes a lease, if one is needed.</summary>
    /// <param name="needed">The most units that somebody wants; 0: nobody does.</param>
    /// <param name="least">The least.</param>
    /// <param name="stop">Ends the wait.</param>
    /// <returns>
    /// Null when no lease was needed, or one was taken, or what is here was enough for everybody who waits; otherwise the answer that
    /// refused the lease.
    /// </returns>
    /// <exception cref="MeteringException">The meter was away, or something was wrong with the request or the lease.</exception>
    public async Task<UsageAnswer?> TakeAsync(long needed, long least, CancellationToken stop)
    {
        var latest = stock.Latest();
        var rest = stock.Rest;
        var amount = needed > rest ? Math.Max(needed - rest, Size(latest)) : IsShort(latest, rest) ? Size(latest) : 0;
        // What was asked for before a crash, or before the answer was lost, comes first: the meter may have set it aside.
        var before = stock.Asked is { } open && clock.GetUtcNow() < open.At.AddSeconds(open.Seconds) ? open : null;
        if ((amount == 0 && before is null) || stock.EndedCount > MaxEnded)
        {
            return null;
        }

        var asked = before ?? Ask(amount);
        while (true)
        {
            var refused = await TakeAsync(asked, stop).ConfigureAwait(false);
            if (refused is null)
            {
                return null;
            }

            // Not all of it is there any more. A part does as long as it is enough for somebody who wants it. Whoever wants no more than
            // is here counts too: somebody else may be faster.
            var part = Part(refused, asked.Amount, needed - rest, least - rest);
            if (part == 0 || (needed > 0 && part < least - rest))
            {
                // If what is here is enough for all who wait, the refusal is for none of them: they look at what is here, and ask again.
                return needed == 0 || needed > rest ? refused : null;
            }

            asked = Ask(part);
        }
    }

    // The whole rest where it is little. Of more, half: others may want to lease too; or what is wanted here, if there is so much.
    private long Part(UsageAnswer refused, long asked, long most, long least)
    {
        var left = refused is { Refusal.Code: RefusalCodes.QuotaExceeded, Remaining: { } remaining }
            ? (long)Math.Clamp(remaining, 0, asked)
            : 0;
        var wanted = most <= left ? most : least <= left ? least : 0;
        var part = left <= options.MinAmount ? left : Math.Max(left / 2, wanted);
        return part < asked ? part : 0;
    }

    private bool IsShort(HeldLease? latest, long rest) =>
        latest is { Spent: > 0 } && (rest < latest.Amount / ShortPart || IsNearItsEnd(latest));

    private bool IsNearItsEnd(HeldLease lease) =>
        lease.Left(clock) < TimeSpan.FromSeconds(lease.Seconds) / ShortPart;

    private long Size(HeldLease? latest)
    {
        if (latest is null)
        {
            return options.MinAmount;
        }

        var lasted = Math.Max(0.001, latest.Age(clock).TotalSeconds);
        var pace = latest.Spent / lasted;
        var most = latest.Amount > options.MaxAmount / MaxGrowth ? options.MaxAmount : latest.Amount * MaxGrowth;
        return (long)Math.Clamp(pace * options.LeaseTime.TotalSeconds, options.MinAmount, Math.Max(options.MinAmount, most));
    }

    private AskedLease Ask(long amount)
    {
        var asked = new AskedLease(Keys.New(), amount, (long)options.LeaseTime.TotalSeconds, clock.GetUtcNow(), options.Fingerprint);
        stock.Ask(asked);
        return asked;
    }

    private async Task<UsageAnswer?> TakeAsync(AskedLease asked, CancellationToken stop)
    {
        LeaseAnswer? taken;
        UsageAnswer? refused;
        try
        {
            (taken, refused) = await calls.TakeAsync(asked, stop).ConfigureAwait(false);
        }
        catch (MeteringProblemException)
        {
            stock.Ask(null);
            throw;
        }

        if (taken is null)
        {
            stock.Ask(null);
            return refused;
        }

        var lease = new HeldLease
        {
            Id = taken.Id, Amount = asked.Amount, TakenAt = asked.At, Seconds = asked.Seconds, Fingerprint = asked.Fingerprint,
            Token = taken.Token,
        };
        if (await tokens.CheckNewAsync(lease, _feature, stop).ConfigureAwait(false) is { } wrong)
        {
            // Kept until it is closed, so that nothing stays set aside for it.
            lease.Ended = true;
            stock.Add(lease);
            throw new MeteringException($"The lease {lease.Id} is not spent: {wrong}.");
        }

        stock.Add(lease);
        ClientMetrics.Lease(_feature, lease.Amount);
        ClientLog.LeaseTaken(log, lease.Id, lease.Amount, _feature);
        return null;
    }
}
