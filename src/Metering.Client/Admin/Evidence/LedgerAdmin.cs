using System.Runtime.CompilerServices;

namespace Metering.Client.Admin;

/// <summary>The evidence of a license: every change, and each day's aggregates. Deleted licenses have theirs.</summary>
public sealed class LedgerAdmin
{
    private static readonly TimeSpan UsualInterval = TimeSpan.FromSeconds(2);

    private readonly AdminHttp _http;
    private readonly TimeProvider _clock;

    internal LedgerAdmin(AdminHttp http, TimeProvider clock) => (_http, _clock) = (http, clock);

    /// <summary>Its entries, in the order of their numbers.</summary>
    public IAsyncEnumerable<LedgerEntry> ListAsync(
        string licenseId, LedgerFilter? filter = null, CancellationToken cancellationToken = default) =>
        _http.ListAsync(
            AdminPath.Of("licenses", licenseId, "ledger").With("from", filter?.From).With("to", filter?.To)
                .With("feature_code", filter?.FeatureCode).With("unit", filter?.Unit),
            AdminJson.Default.LedgerEntryPart, cancellationToken);

    /// <summary>Its entries, and then each new one as it is made, until it is stopped or <see cref="LedgerFilter.To"/> has come.</summary>
    /// <param name="licenseId">The license.</param>
    /// <param name="filter">Which entries.</param>
    /// <param name="interval">How often the meter is asked for new ones; every 2 seconds where it is null.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async IAsyncEnumerable<LedgerEntry> FollowAsync(
        string licenseId,
        LedgerFilter? filter = null,
        TimeSpan? interval = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var (rest, last) = (filter ?? new LedgerFilter(), 0L);
        while (true)
        {
            await foreach (var entry in ListAsync(licenseId, rest, cancellationToken).ConfigureAwait(false))
            {
                if (entry.Sequence <= last)
                {
                    continue;
                }

                // A license's time never runs backwards (rule 2), so what is new was made then or later. The number tells apart what was
                // made at the same instant.
                (rest, last) = (rest with { From = entry.At }, entry.Sequence);
                yield return entry;
            }

            if (rest.To is { } end && end <= _clock.GetUtcNow())
            {
                yield break;
            }

            await Task.Delay(interval ?? UsualInterval, _clock, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Its daily aggregates, open days included; the last 31 days where none are named.</summary>
    /// <param name="licenseId">The license.</param>
    /// <param name="from">The first day, UTC; at most 400 days before the last.</param>
    /// <param name="to">The last day, UTC.</param>
    /// <param name="featureCode">Only this feature's.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public IAsyncEnumerable<Rollup> ListRollupsAsync(
        string licenseId,
        DateOnly? from = null,
        DateOnly? to = null,
        string? featureCode = null,
        CancellationToken cancellationToken = default) =>
        _http.ListAsync(
            AdminPath.Of("licenses", licenseId, "rollups").With("from", from).With("to", to).With("feature_code", featureCode),
            AdminJson.Default.RollupPart, cancellationToken);
}
