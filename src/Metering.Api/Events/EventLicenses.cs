using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace Metering.Api;

/// <summary>Finds the license of an event: the one that it names, else the tenant's license that has the metric.</summary>
public sealed class EventLicenses(ILicenseDirectory directory, ILicenseMeters meters, IMeterClock clock, IOptions<ApiOptions> options)
{
    /// <summary>Most licenses of a tenant that are looked at, in the order of their ids.</summary>
    public const int MostLicenses = Page<LicenseRecord>.MaxSize;

    private readonly RecentCache<string, ConcurrentDictionary<string, string>> _known =
        new(options.Value.TenantCacheSize, TimeSpan.FromSeconds(options.Value.TenantCacheSeconds));

    /// <summary>The id of the event's license; null when the tenant has none that has the metric.</summary>
    public ValueTask<string?> ResolveAsync(UsageEvent usage, CancellationToken cancellationToken) => usage.LicenseId is not null
        ? ValueTask.FromResult<string?>(usage.LicenseId)
        : ResolveAsync(usage.TenantId!, usage.Metric, cancellationToken);

    /// <summary>
    /// The id of the tenant's license that has a metric; of several, the first valid one in the order of ids. Null when there is none.
    /// Remembered for a while.
    /// </summary>
    public ValueTask<string?> ResolveAsync(string tenantId, string metric, CancellationToken cancellationToken) =>
        _known.TryGet(tenantId, out var licenses) && licenses!.TryGetValue(metric, out var licenseId)
            ? ValueTask.FromResult<string?>(licenseId)
            : LookUpAsync(tenantId, metric, cancellationToken);

    /// <summary>Forgets what is known of a tenant, after its licenses have changed.</summary>
    public void Forget(string tenantId) => _known.Remove(tenantId);

    private async ValueTask<string?> LookUpAsync(string tenantId, string metric, CancellationToken cancellationToken)
    {
        var found = await FindAsync(tenantId, metric, cancellationToken).ConfigureAwait(false);
        if (found is not null)
        {
            if (!_known.TryGet(tenantId, out var licenses))
            {
                licenses = new ConcurrentDictionary<string, string>(StringComparer.Ordinal);
                _known.Set(tenantId, licenses);
            }

            // Only metrics that a license has are remembered, so a tenant's entry stays as small as its licenses are.
            licenses![metric] = found;
        }

        return found;
    }

    private async ValueTask<string?> FindAsync(string tenantId, string metric, CancellationToken cancellationToken)
    {
        var page = await directory.ListAsync(tenantId, null, MostLicenses, cancellationToken).ConfigureAwait(false);
        string? invalid = null;
        foreach (var license in page.Items)
        {
            var state = await meters.ReadAsync(license.Id, cancellationToken).ConfigureAwait(false);
            if (state?.FindMeter(metric) is not { Assigned: true })
            {
                continue;
            }

            if (LicenseMeter.Invalidity(state, clock.UtcNow) is null)
            {
                return license.Id;
            }

            invalid ??= license.Id;
        }

        return invalid;
    }
}
