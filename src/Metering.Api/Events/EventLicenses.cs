using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.Extensions.Options;

namespace Metering.Api;

/// <summary>
/// Finds the license of an event: the one that it names, else the tenant's oldest license that had the metric when the event happened. That
/// a license came later, was deleted or lost the metric since does not change the answer, so an event that comes again comes to the same
/// license, and is recognized there (rule 8).
/// </summary>
/// <remarks>
/// The license of that time may not be able to count any more. Then it comes first all the same, because it may have counted the event
/// before; the one that can count it now comes after it.
/// </remarks>
public sealed class EventLicenses(ILicenseDirectory directory, IMeterClock clock, MeterRules rules, IOptions<ApiOptions> options)
{
    // A bound on the licenses that one event may ask, each in its turn; more than one is rare.
    private const int MaxTries = 8;

    // A bound on the licenses that are asked whether they have counted an event before: more than a tenant is likely to have had in the
    // time.
    private const int MaxAsked = 64;

    // By tenant and not by pair, so that a change of one license forgets all that is known of its tenant in one step.
    private readonly RecentCache<string, ConcurrentDictionary<string, TenantHolders>> _known =
        new(options.Value.TenantCacheSize, TimeSpan.FromSeconds(options.Value.TenantCacheSeconds));

    private static readonly EventRoute Nowhere = new([], []);

    private int _generation;

    /// <summary>
    /// To which licenses an event goes, and which others may have counted it before.
    /// </summary>
    /// <param name="usage">The event.</param>
    /// <param name="lookUps">What the events of the same batch have looked up: what was not found is looked up again once for all of
    /// them.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public ValueTask<EventRoute> ResolveAsync(UsageEvent usage, EventLookUps lookUps, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(usage);
        ArgumentNullException.ThrowIfNull(lookUps);
        if (usage.LicenseId is { } licenseId)
        {
            return ValueTask.FromResult(new EventRoute([], [licenseId]));
        }

        return Remembered(usage.TenantId!, usage.Metric) is { } known
            ? ValueTask.FromResult(Choose(known, usage))
            : LookUpAsync(usage, lookUps, cancellationToken);
    }

    /// <summary>The same, looked up anew: what was remembered may be out of date where another instance has changed a license.</summary>
    /// <returns>The licenses, by the one look-up for the events of a batch.</returns>
    public ValueTask<EventRoute> ResolveAgainAsync(UsageEvent usage, EventLookUps lookUps, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(usage);
        ArgumentNullException.ThrowIfNull(lookUps);
        return LookUpAsync(usage, lookUps, cancellationToken);
    }

    /// <summary>The license that counts a tenant's metric now; null when there is none.</summary>
    public async ValueTask<string?> FindAsync(string tenantId, string metric, CancellationToken cancellationToken)
    {
        // As of now, so that nobody is to be asked.
        var usage = new UsageEvent { EventId = "", TenantId = tenantId, Metric = metric, OccurredAt = clock.UtcNow };
        var (_, licenses) = await ResolveAsync(usage, new EventLookUps(), cancellationToken).ConfigureAwait(false);
        // The list ends with the license that counts now; those before it are there only for repeats.
        return licenses.IsEmpty ? null : licenses[^1];
    }

    /// <summary>Forgets what is known of a tenant, after its licenses have changed.</summary>
    public void Forget(string tenantId)
    {
        // Counted for all tenants together. That costs a remembered tenant now and then, and needs no memory of its own for each.
        Interlocked.Increment(ref _generation);
        _known.Remove(tenantId);
    }

    private TenantHolders? Remembered(string tenantId, string metric) =>
        _known.TryGet(tenantId, out var metrics) && metrics!.TryGetValue(metric, out var holders) ? holders : null;

    private async ValueTask<EventRoute> LookUpAsync(UsageEvent usage, EventLookUps lookUps, CancellationToken cancellationToken)
    {
        var (tenantId, metric) = (usage.TenantId!, usage.Metric);
        if (lookUps.TryGet(tenantId, metric, out var found))
        {
            return found is null ? Nowhere : Choose(found, usage);
        }

        lookUps.ThrowIfLost();
        try
        {
            var generation = Volatile.Read(ref _generation);
            var holders = TenantHolders.Of(await directory.HoldersAsync(tenantId, metric, cancellationToken).ConfigureAwait(false));
            // Noted also when nothing was found; the cache below is not told that, because anybody could fill it with names that there are
            // not.
            lookUps.Add(tenantId, metric, holders);
            if (holders is null)
            {
                return Nowhere;
            }

            Remember(tenantId, metric, holders, generation);
            return Choose(holders, usage);
        }
        catch (StoreUnavailableException lost)
        {
            lookUps.Lose(lost);
            throw;
        }
    }

    // Only metrics that a license has are remembered, so a tenant's entry stays as small as its licenses are. What was read before a change
    // that was told meanwhile is not.
    private void Remember(string tenantId, string metric, TenantHolders holders, int generation)
    {
        if (!_known.TryGet(tenantId, out var metrics))
        {
            metrics = new ConcurrentDictionary<string, TenantHolders>(StringComparer.Ordinal);
            _known.Set(tenantId, metrics);
        }

        metrics![metric] = holders;
        if (generation != Volatile.Read(ref _generation))
        {
            metrics.TryRemove(metric, out _);
        }
    }

    private EventRoute Choose(TenantHolders holders, UsageEvent usage)
    {
        if (!holders.Only.IsDefault)
        {
            return new EventRoute([], holders.Only);
        }

        if ((usage.OccurredAt ?? usage.ReceivedAt) is { } time)
        {
            // The same license whenever it comes: whoever had the metric then does not change.
            return new EventRoute([], holders.At(time, MaxTries));
        }

        var now = clock.UtcNow;
        var chosen = holders.At(now, MaxTries);
        return new EventRoute(holders.MayHaveCounted(chosen, now - rules.IdempotencyMemory, now, MaxAsked), chosen);
    }
}
