using Azure.Data.Tables;
using Metering;

namespace MeterFunctions.Storage;

/// <summary>
/// The rows by which a license is found otherwise than by its id: by its key, by its tenant, and among all that are not deleted; once it
/// is deleted, by its tenant alone.
/// </summary>
/// <remarks>
/// They are written before the license's own row, which is the truth, and taken away after it. So a license is never without them, and a
/// row that leads to no license, to one that was deleted, or to one with another key or tenant, is what a writer left that broke off. It
/// counts for nothing: whoever meets it passes it over, and takes it away once no writer can still be on its way.
/// </remarks>
internal sealed class LicenseIndex(MeterTables tables, TimeProvider time, StorageTime storage)
{
    /// <summary>
    /// So old a row leads nowhere because a writer broke off, and not because it is still on its way: a request to the storage, its
    /// retries included, is given up within a minute, and the clocks of instances that write differ by less than another one.
    /// </summary>
    public static readonly TimeSpan MinLeftoverAge = TimeSpan.FromMinutes(5);

    private const string LicenseId = "LicenseId";

    /// <summary>The rows that lead to a license.</summary>
    public static IEnumerable<IndexRow> RowsOf(LicenseRecord license) => license.Deleted
        ? [new IndexRow(TableKeys.Tenants, TableKeys.DeletedOf(license.TenantId), TableKeys.Text(license.Id), license.Id)]
        :
        [
            new IndexRow(TableKeys.LicenseKeys, TableKeys.Text(license.KeyHash), TableKeys.KeyRow, license.Id),
            .. ListRowsOf(license.TenantId, license.Id),
        ];

    /// <summary>
    /// Those of them that lists read: of its tenant's licenses, and of all. They also have what is shown (<see cref="ListNotes"/>).
    /// </summary>
    public static IEnumerable<IndexRow> ListRowsOf(string tenantId, string licenseId) =>
    [
        new IndexRow(TableKeys.Tenants, TableKeys.Text(tenantId), TableKeys.Text(licenseId), licenseId),
        new IndexRow(TableKeys.LiveLicenses, TableKeys.Text(licenseId), TableKeys.LicenseRow, licenseId),
    ];

    /// <summary>An index's row as it was read.</summary>
    public static IndexRow Read(string table, TableEntity row) =>
        new(table, row.PartitionKey, row.RowKey, row.GetString(LicenseId) ?? "");

    /// <summary>Writes rows, then what they lead to; its answer is whether that was written.</summary>
    public async ValueTask<bool> PutBeforeAsync(
        IReadOnlyCollection<IndexRow> rows, Func<ValueTask<bool>> write, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        await PutAsync(rows, cancellationToken).ConfigureAwait(false);
        if (!await write().ConfigureAwait(false))
        {
            return false;
        }

        // A machine that was suspended in between: whoever has looked meanwhile took the rows for what a crash left.
        if (time.GetElapsedTime(begun) > MinLeftoverAge / 2)
        {
            await PutAsync(rows, cancellationToken).ConfigureAwait(false);
        }

        return true;
    }

    /// <summary>Takes rows away.</summary>
    public Task RemoveAsync(IEnumerable<IndexRow> rows, CancellationToken cancellationToken) => Task.WhenAll(
        rows.Select(row => tables.DeleteAsync(row.Table, row.Partition, row.Row, cancellationToken).AsTask()));

    /// <summary>Takes a row away that leads nowhere, if it is old enough and still as it was read.</summary>
    public async ValueTask CleanAsync(string table, TableEntity row, CancellationToken cancellationToken)
    {
        if (IsLeftover(row))
        {
            // As it was read: a writer that comes now writes it anew before the license, and then it stays.
            await tables.TryDeleteAsync(table, row, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Whether a row that leads nowhere is so old that nobody is still on the way to what it leads to.</summary>
    // The storage stamps its rows by its own clock.
    public bool IsLeftover(TableEntity row) => storage.Problem is null && row.Timestamp < time.GetUtcNow() - MinLeftoverAge;

    // Whatever is there, and with what is noted in it: one that is there may be about to be taken away as a leftover.
    private Task PutAsync(IEnumerable<IndexRow> rows, CancellationToken cancellationToken) => Task.WhenAll(
        from row in rows
        let stored = new TableEntity(row.Partition, row.Row) { [LicenseId] = row.LicenseId }
        select tables.MergeAsync(row.Table, stored, cancellationToken).AsTask());
}
