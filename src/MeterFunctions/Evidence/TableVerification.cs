using Azure.Data.Tables;
using MeterFunctions.Licenses;
using MeterFunctions.Storage;

namespace MeterFunctions.Evidence;

/// <summary>
/// Follows a license's evidence as the tables have it: the chain of its entries and what is remembered with them, then what they come to,
/// which it compares with the license's state and with its rollups (rule 9).
/// </summary>
/// <remarks>
/// Others may write meanwhile: the state is read first, and what came after its last entry counts for nothing. Retention alone takes away
/// what the state stands on; where it did so in between, the license is begun again.
/// </remarks>
internal sealed class TableVerification(WalkParts parts)
{
    // Retention moves a license once in a long while. To be met by it again and again is a fault of another kind.
    private const int MaxTries = 3;

    /// <summary>What differs, in words for an operator; empty when all agrees, and for a license that has no state.</summary>
    public async ValueTask<IReadOnlyList<string>> VerifyAsync(string licenseId, CancellationToken cancellationToken)
    {
        var verdict = await FollowAsync(licenseId, static _ => { }, cancellationToken).ConfigureAwait(false);
        return verdict.Unfollowed is { } why ? [why] : verdict.Differences;
    }

    /// <summary>Follows a license.</summary>
    /// <param name="licenseId">The license.</param>
    /// <param name="followed">Told of entries that were followed, how many, as it goes on.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async ValueTask<LicenseVerdict> FollowAsync(string licenseId, Action<long> followed, CancellationToken cancellationToken)
    {
        for (var tries = 0; tries < MaxTries; tries++)
        {
            // The snapshot comes first, so that it never stands for more than the state has.
            var before = await FindAsync(licenseId, TableKeys.SnapshotRow, cancellationToken).ConfigureAwait(false);
            if (await FindAsync(licenseId, TableKeys.StateRow, cancellationToken).ConfigureAwait(false) is not { } row)
            {
                return new LicenseVerdict(null, [], HasState: false);
            }

            if (Damage.Read(() => LicenseRows.ReadState(row, readAt: 0), out var fault) is not { } stored)
            {
                return new LicenseVerdict(null, [$"{licenseId}: its state cannot be read: {fault}"]);
            }

            var snapshot = before is null ? null : Damage.Read(() => LicenseSnapshot.Read(before), out fault);
            if (before is not null && snapshot is null)
            {
                return new LicenseVerdict(stored.State, [$"{licenseId}: its snapshot cannot be read: {fault}"]);
            }

            var differences = await new LicenseWalk(parts, licenseId, stored, snapshot, followed).RunAsync(cancellationToken)
                .ConfigureAwait(false);
            if (differences.Count == 0 || !await HasMovedAsync(licenseId, before, cancellationToken).ConfigureAwait(false))
            {
                return new LicenseVerdict(stored.State, differences);
            }
        }

        return new LicenseVerdict(
            null, [], Unfollowed: $"{licenseId}: could not be checked: evidence was removed {MaxTries} times during the check");
    }

    private async ValueTask<bool> HasMovedAsync(string licenseId, TableEntity? before, CancellationToken cancellationToken)
    {
        var now = await FindAsync(licenseId, TableKeys.SnapshotRow, cancellationToken).ConfigureAwait(false);
        return now?.ETag != before?.ETag
            || await FindAsync(licenseId, TableKeys.StateRow, cancellationToken).ConfigureAwait(false) is null;
    }

    private ValueTask<TableEntity?> FindAsync(string licenseId, string row, CancellationToken cancellationToken) =>
        parts.Tables.FindAsync(TableKeys.Meters, TableKeys.Text(licenseId), row, cancellationToken);
}
