using Metering.Cli.Output;
using Metering.Client;
using Metering.Client.Admin;

namespace Metering.Cli.Evidence;

/// <summary>
/// Reads a ledger from its first entry to its last, and compares where it ends with the license's counters and balances. Memory: one number
/// for each feature and period of the license.
/// </summary>
internal sealed class LedgerWalk
{
    private const int MostDifferences = 20;

    private readonly Dictionary<(string Feature, DateTimeOffset? Period), decimal> _used = [];
    private readonly Dictionary<string, decimal> _last = new(StringComparer.Ordinal);
    private readonly Dictionary<string, decimal> _credit = new(StringComparer.Ordinal);
    private readonly List<string> _differences = [];
    private long _entries;
    private long _sequence;

    internal LedgerFindings Findings => new(_entries, _differences);

    public static async Task<LedgerFindings> CheckAsync(MeteringAdmin admin, string license, CancellationToken stop)
    {
        // Use goes on while the ledger is read, so it is read until nothing came in between.
        while (true)
        {
            var walk = new LedgerWalk();
            await foreach (var entry in admin.Ledger.ListAsync(license, cancellationToken: stop).ConfigureAwait(false))
            {
                walk.Read(entry);
            }

            var standing = await admin.Usage.GetAsync(license, stop).ConfigureAwait(false);
            var sequence = standing.Features.Count == 0 ? walk._sequence : standing.Features.Max(feature => feature.Sequence);
            if (sequence <= walk._sequence)
            {
                walk.Compare(standing, sequence);
                return walk.Findings;
            }
        }
    }

    internal void Read(LedgerEntry entry)
    {
        // The first ones may have been removed, when their time was over.
        if (_entries > 0 && entry.Sequence != _sequence + 1)
        {
            Differs($"after entry {_sequence} comes entry {entry.Sequence}");
        }

        _entries++;
        _sequence = entry.Sequence;
        if (entry.FeatureCode is { } feature && entry.Period is { } period)
        {
            var place = (feature, (DateTimeOffset?)period.Start);
            if (_used.TryGetValue(place, out var used) && used != entry.Before && entry.Before != entry.After)
            {
                Differs($"entry {entry.Sequence} begins at {Cells.Number(entry.Before)} {feature}, and the one before left {Cells.Number(used)}");
            }

            if (entry.Before != entry.After || !_used.ContainsKey(place))
            {
                _used[place] = entry.After;
                _last[feature] = entry.After;
            }
        }

        if (entry is { Unit: { } unit, BalanceAfter: { } credit })
        {
            _credit[unit] = credit;
        }
    }

    internal void Compare(LicenseStanding standing, long sequence)
    {
        if (sequence < _sequence && standing.Features.Count > 0)
        {
            Differs($"the ledger ends with entry {_sequence}, and the license with {sequence}");
        }

        foreach (var feature in standing.Features.Where(feature => feature is { Period: not null, Used: not null }))
        {
            var counted = _used.TryGetValue((feature.FeatureCode, feature.Period!.Start), out var used)
                ? used
                // Nothing was counted in this period: a level goes on from the one before, a sum begins at zero.
                : feature.Used == 0 ? 0 : _last.GetValueOrDefault(feature.FeatureCode);
            if (counted != feature.Used)
            {
                Differs($"the ledger ends with {Cells.Number(counted)} {feature.FeatureCode}, and the meter says {Cells.Number(feature.Used)}");
            }
        }

        foreach (var balance in standing.Balances.Where(balance => _credit.ContainsKey(balance.Unit)))
        {
            if (_credit[balance.Unit] != balance.Amount)
            {
                Differs($"the ledger ends with {Cells.Number(_credit[balance.Unit])} {balance.Unit}, and the meter says {Cells.Number(balance.Amount)}");
            }
        }
    }

    private void Differs(string what)
    {
        if (_differences.Count < MostDifferences)
        {
            _differences.Add(what);
        }
    }
}
