using System.Collections.Immutable;

namespace Metering.Reports;

/// <summary>How customers' quotas stand.</summary>
public sealed class QuotaReports(ReportSources sources)
{
    /// <summary>Most licenses that are told one by one and together.</summary>
    // Quotas are asked for often, and each license is a read.
    public const int MaxLicenses = 1_000;

    private const int AtOnce = 8;

    /// <summary>How one license's quota stands; null where it does not have the feature now.</summary>
    /// <param name="licenseId">The license.</param>
    /// <param name="metric">The feature's code.</param>
    /// <param name="now">Now, UTC.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<(LicenseQuota Quota, Terms Terms)?> OfLicenseAsync(
        string licenseId, string metric, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var state = await sources.Meters.ReadAsync(licenseId, cancellationToken).ConfigureAwait(false);
        if (state is null)
        {
            return null;
        }

        // All features, because what holds of the others set aside counts for the balance.
        foreach (var usage in LicenseMeter.Usage(state, now, sources.Rules))
        {
            if (usage.FeatureCode == metric)
            {
                return (LicenseQuota.Of(state, usage, now), state.FindMeter(metric)!.Terms);
            }
        }

        return null;
    }

    /// <summary>How the quotas of all of a customer's licenses stand; null where there are too many to be told.</summary>
    /// <param name="tenantId">The customer.</param>
    /// <param name="metric">The feature's code.</param>
    /// <param name="now">Now, UTC.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async ValueTask<QuotaReport?> OfTenantAsync(
        string tenantId, string metric, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var having = await sources.Directory.HoldersAsync(tenantId, metric, haveNow: true, MaxLicenses + 1, cancellationToken)
            .ConfigureAwait(false);
        if (having.Count > MaxLicenses)
        {
            return null;
        }

        var quotas = ImmutableArray.CreateBuilder<LicenseQuota>(having.Count);
        foreach (var together in having.Chunk(AtOnce))
        {
            var reads = together.Select(holder => OfLicenseAsync(holder.LicenseId, metric, now, cancellationToken));
            foreach (var read in await Task.WhenAll(reads).ConfigureAwait(false))
            {
                if (read is var (quota, _))
                {
                    quotas.Add(quota);
                }
            }
        }

        return new QuotaReport(quotas.ToImmutable(), QuotaTotal.Of(quotas));
    }
}
