using System.Runtime.CompilerServices;
using Azure.Data.Tables;
using MeterFunctions.Licenses;
using MeterFunctions.Storage;
using Metering;
using Columns = MeterFunctions.Licenses.LicenseRows.Columns;

namespace MeterFunctions.Evidence;

/// <summary>
/// One walk over a license's rows, from its snapshot up to the last entry of a state that was read before. Rows that bear a higher number
/// came later, and count for nothing.
/// </summary>
/// <remarks>What it holds in memory does not grow with the number of entries, identities and days.</remarks>
/// <param name="parts">What it reads with.</param>
/// <param name="licenseId">The license.</param>
/// <param name="stored">It, as its state row has it.</param>
/// <param name="snapshot">What its removed evidence came to; null when none was removed.</param>
/// <param name="followed">Told of entries that were followed, how many, as it goes on.</param>
internal sealed class LicenseWalk(
    WalkParts parts, string licenseId, StoredLicense stored, LicenseSnapshot? snapshot, Action<long> followed)
{
    // So many rows of evidence are looked at together, and what they name is looked up at once.
    private const int MaxTogether = 100;
    private const long EntriesPerReport = 1_000;

    private readonly Findings _findings = new(licenseId);
    private readonly LicenseState _state = stored.State;
    private readonly long _first = (snapshot?.Sequence ?? 0) + 1;

    // The highest number that any row bears.
    private long _highest;

    /// <summary>Walks; what differs, in words for an operator.</summary>
    public async ValueTask<IReadOnlyList<string>> RunAsync(CancellationToken cancellationToken)
    {
        var replay = new LicenseReplay(licenseId, snapshot, _findings);
        var due = await parts.DueAsync(cancellationToken).ConfigureAwait(false);
        var sums = new MemorySums(due);
        var days = new ClosedRows<ClosedDay>(
            parts.Ledger.StoredDaysAsync(licenseId, cancellationToken), ClosedForms.Days, _state, _findings);
        var periods = new ClosedRows<FeaturePeriod>(
            parts.Ledger.StoredPeriodsAsync(licenseId, cancellationToken), ClosedForms.Periods, _state, _findings);
        await using (days.ConfigureAwait(false))
        await using (periods.ConfigureAwait(false))
        {
            await FollowAsync(replay, days, periods, sums, cancellationToken).ConfigureAwait(false);
            await days.EndAsync(replay).ConfigureAwait(false);
            await periods.EndAsync(replay).ConfigureAwait(false);
        }

        // What was cut off at the end leaves a chain that is whole; only the state knows how it went on.
        if (!stored.Link.Span.SequenceEqual(replay.Link))
        {
            _findings.Add("its state was not written with the last entry that is there: one of them was changed, or entries are missing");
        }

        var remembered = await ReadMemoryAsync(sums, due, cancellationToken).ConfigureAwait(false);
        if (!sums.Agree)
        {
            await LookUpAsync(remembered, due, cancellationToken).ConfigureAwait(false);
        }

        _highest = Math.Max(_highest, Math.Max(days.Highest, periods.Highest));
        await LookBeyondAsync(cancellationToken).ConfigureAwait(false);
        var differences = replay.Compare(_state, [], []);
        return [.. _findings.List, .. differences];
    }

    private async ValueTask FollowAsync(
        LicenseReplay replay, ClosedRows<ClosedDay> days, ClosedRows<FeaturePeriod> periods, MemorySums sums,
        CancellationToken cancellationToken)
    {
        var told = _first - 1;
        await foreach (var (number, row) in EntriesAsync(_findings, cancellationToken).ConfigureAwait(false))
        {
            var fault = Damage.Of(() =>
            {
                replay.Take(number, row);
                sums.Add(number, row);
            });
            if (fault is not null)
            {
                _findings.Add($"entry {number}: its row cannot be read: {fault}");
            }

            await days.SettleAsync(replay, replay.Last).ConfigureAwait(false);
            await periods.SettleAsync(replay, replay.Last).ConfigureAwait(false);
            if (replay.Last - told >= EntriesPerReport)
            {
                followed(replay.Last - told);
                told = replay.Last;
            }
        }

        followed(Math.Max(0, replay.Last - told));
    }

    private async IAsyncEnumerable<(long Number, TableEntity Row)> EntriesAsync(
        Findings findings, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var row in parts.Ledger.StoredAsync(licenseId, _first, cancellationToken).ConfigureAwait(false))
        {
            if (!TableKeys.TryEntryNumber(row.RowKey, out var number))
            {
                findings.Add($"row {row.RowKey} lies among its entries and is none");
            }
            else if (number > _state.Sequence)
            {
                _highest = Math.Max(_highest, number);
                yield break;
            }
            else
            {
                yield return (number, row);
            }
        }
    }

    // How many of the entries' identities are there and must be.
    private async ValueTask<long> ReadMemoryAsync(MemorySums sums, MemoryDue due, CancellationToken cancellationToken)
    {
        var remembered = 0L;
        await foreach (var row in parts.Ledger.RememberedAsync(licenseId, cancellationToken).ConfigureAwait(false))
        {
            var fault = Damage.Of(() =>
            {
                var number = row.GetInt64(Columns.Sequence) ?? 0;
                _highest = Math.Max(_highest, number);

                // Those of entries that were removed may be there or not.
                if (number >= _first && number <= _state.Sequence)
                {
                    remembered += due.Includes(row) ? 1 : 0;
                    sums.Take(row);
                }
            });
            if (fault is not null)
            {
                _findings.Add($"row {row.RowKey}, by which a command is remembered, cannot be read: {fault}");
            }
        }

        return remembered;
    }

    private async ValueTask LookUpAsync(long remembered, MemoryDue due, CancellationToken cancellationToken)
    {
        var memory = new MemoryCheck(parts, _state, due, _findings);
        var together = new List<(long Number, TableEntity Row)>(MaxTogether);

        // What is wrong with the rows themselves was told when they were read for the first time.
        await foreach (var entry in EntriesAsync(new Findings(licenseId), cancellationToken).ConfigureAwait(false))
        {
            together.Add(entry);
            if (together.Count == MaxTogether)
            {
                await memory.VisitAsync(together, cancellationToken).ConfigureAwait(false);
                together.Clear();
            }
        }

        await memory.VisitAsync(together, cancellationToken).ConfigureAwait(false);
        if (remembered > memory.Found)
        {
            _findings.Add($"{remembered - memory.Found} of its remembered keys and event ids belong to no entry");
        }
    }

    // A row that was written since bears a number that the state has by now.
    private async ValueTask LookBeyondAsync(CancellationToken cancellationToken)
    {
        if (_highest <= _state.Sequence)
        {
            return;
        }

        var row = await parts.Tables.FindAsync(TableKeys.Meters, TableKeys.Text(licenseId), TableKeys.StateRow, cancellationToken)
            .ConfigureAwait(false);
        if (row is null || Damage.Read(() => LicenseRows.ReadState(row, readAt: 0), out _)?.State.Sequence is not { } now || now < _highest)
        {
            _findings.Add($"its rows go on to entry {_highest}, and its state does not");
        }
    }
}
