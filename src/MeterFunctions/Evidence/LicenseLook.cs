using Azure.Data.Tables;
using MeterFunctions.Licenses;
using MeterFunctions.Storage;
using Metering;

namespace MeterFunctions.Evidence;

/// <summary>
/// Looks at one license of the directory, all of it; and at the partitions between it and the one before, to which the directory does not
/// lead.
/// </summary>
/// <remarks>
/// That there is none between two licenses is one request for a range of keys, made beside those for the license. To read through the table
/// for all its partitions would read every row; and to leap from each partition to the next would be as many requests, each of which had to
/// wait for the one before.
/// </remarks>
internal sealed class LicenseLook(
    MeterTables tables, TableVerification licenses, DirectoryCheck directory, OutboxCheck outbox, LicenseIndex index, HostClock clock)
{
    // Most partitions that are told of between two licenses.
    private const int MaxStrays = 20;

    // A state that others write is compared with the directory so often.
    private const int MaxCompared = 3;

    /// <summary>Looks at one license alone; null when there is none with the id.</summary>
    /// <param name="licenseId">The license.</param>
    /// <param name="followed">Told of entries that were followed, how many.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async ValueTask<VerificationStep?> OneAsync(string licenseId, Action<long> followed, CancellationToken cancellationToken)
    {
        var key = TableKeys.Text(licenseId);
        var row = await tables.FindAsync(TableKeys.Licenses, key, TableKeys.LicenseRow, cancellationToken).ConfigureAwait(false);
        var found = new Found();
        if (row is not null)
        {
            found.Differences.AddRange(await directory.OfLicensesAsync([row], cancellationToken).ConfigureAwait(false));
            await LookAtLicenseAsync(row, found, followed, cancellationToken).ConfigureAwait(false);
        }
        else if (await FindAsync(key, cancellationToken).ConfigureAwait(false) is not null)
        {
            await FollowAsync(licenseId, isDeleted: false, found, followed, cancellationToken).ConfigureAwait(false);
        }

        return found.Licenses == 0 ? null : found.Step(key);
    }

    /// <summary>Looks at a license, and at what lies before it.</summary>
    /// <param name="row">The license's row in the directory; null behind the last one.</param>
    /// <param name="before">The partition of the license before it; empty before the first.</param>
    /// <param name="followed">Told of entries that were followed, how many.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async ValueTask<VerificationStep> AtAsync(
        TableEntity? row, string before, Action<long> followed, CancellationToken cancellationToken)
    {
        var (found, place) = (new Found(), before);
        for (var strays = 0;
            await FindBetweenAsync(place, row?.PartitionKey, cancellationToken).ConfigureAwait(false) is { } stray;
            strays++)
        {
            place = stray.PartitionKey;
            if (strays == MaxStrays)
            {
                found.Differences.Add(
                    $"{place}: no license of the directory leads to its partition, nor to some behind it, which are not listed");
                break;
            }

            // One that is young may be on its way into the directory.
            if (index.IsLeftover(stray))
            {
                await LookAtStrayAsync(place, found, followed, cancellationToken).ConfigureAwait(false);
            }
        }

        if (row is not null)
        {
            await LookAtLicenseAsync(row, found, followed, cancellationToken).ConfigureAwait(false);
        }

        return found.Step(row?.PartitionKey ?? place);
    }

    private async ValueTask LookAtStrayAsync(string partition, Found found, Action<long> followed, CancellationToken cancellationToken)
    {
        var state = await FindAsync(partition, cancellationToken).ConfigureAwait(false);
        var id = state is null ? null : Damage.Read(() => LicenseRows.ReadState(state, readAt: 0), out _)?.State.LicenseId;
        if (id is not null && TableKeys.Text(id) == partition)
        {
            // A license all the same; that it has no row in the directory is told with the rest of what is wrong with it.
            await FollowAsync(id, isDeleted: false, found, followed, cancellationToken).ConfigureAwait(false);
            return;
        }

        found.Differences.Add(
            $"{partition}: its partition has rows, and no license of the directory leads to it"
            + (state is null ? ", nor has it a state" : $", and its state is {(id is null ? "damaged" : $"that of {id}")}"));
    }

    private ValueTask LookAtLicenseAsync(TableEntity row, Found found, Action<long> followed, CancellationToken cancellationToken)
    {
        // One that cannot be read, or is another's, is told of by the check of the directory.
        var license = Damage.Read(() => DirectoryRow.Read(row), out _);
        var isItsOwn = license is not null && TableKeys.Text(license.Id) == row.PartitionKey;
        return FollowAsync(
            isItsOwn ? license!.Id : row.PartitionKey, !isItsOwn || license!.Deleted, found, followed, cancellationToken);
    }

    private async ValueTask FollowAsync(
        string licenseId, bool isDeleted, Found found, Action<long> followed, CancellationToken cancellationToken)
    {
        found.Licenses++;
        var verdict = await licenses.FollowAsync(licenseId, followed, cancellationToken).ConfigureAwait(false);
        found.Differences.AddRange(verdict.Differences);
        if (verdict.Unfollowed is { } why)
        {
            found.Unfollowed.Add(why);
        }
        else if (!verdict.HasState && !isDeleted)
        {
            // A license's state is made before its row, and goes before it only when it was deleted long ago.
            found.Differences.Add($"{licenseId}: it has a row in the directory, and no state");
        }
        else if (verdict.State is { } state)
        {
            found.Differences.AddRange(await CompareAsync(state, cancellationToken).ConfigureAwait(false));
            found.Differences.AddRange(await outbox.OfAsync(licenseId, cancellationToken).ConfigureAwait(false));
        }
    }

    private ValueTask<TableEntity?> FindAsync(string partition, CancellationToken cancellationToken) =>
        tables.FindAsync(TableKeys.Meters, partition, TableKeys.StateRow, cancellationToken);

    private async ValueTask<TableEntity?> FindBetweenAsync(string after, string? before, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey gt {after}");
        if (before is not null)
        {
            filter += " and " + TableClient.CreateQueryFilter($"PartitionKey lt {before}");
        }

        var rows = await tables.QueryAsync(TableKeys.Meters, filter, 1, cancellationToken).ConfigureAwait(false);
        return rows.Count == 0 ? null : rows[0];
    }

    // The directory may be ahead of a state that was read a while ago.
    private async ValueTask<IReadOnlyList<string>> CompareAsync(LicenseState state, CancellationToken cancellationToken)
    {
        for (var compared = 1; ; compared++)
        {
            var now = await clock.ReadAsync(cancellationToken).ConfigureAwait(false);
            var differences = await directory.CompareAsync(state, now, cancellationToken).ConfigureAwait(false);
            if (differences.Count == 0 || compared == MaxCompared)
            {
                return differences;
            }

            var row = await FindAsync(TableKeys.Text(state.LicenseId), cancellationToken).ConfigureAwait(false);
            if (row is null || Damage.Read(() => LicenseRows.ReadState(row, readAt: 0), out _)?.State is not { } again
                || again.Sequence == state.Sequence)
            {
                return row is null ? [] : differences;
            }

            state = again;
        }
    }

    private sealed class Found
    {
        public List<string> Differences { get; } = [];

        public List<string> Unfollowed { get; } = [];

        public int Licenses { get; set; }

        public VerificationStep Step(string through) => new()
        {
            Differences = Differences,
            Unfollowed = Unfollowed,
            Licenses = Licenses,
            Next = new VerificationPlace(null, through),
        };
    }
}
