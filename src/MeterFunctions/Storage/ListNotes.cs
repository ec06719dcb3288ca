using System.Security.Cryptography;
using System.Text.Json;
using Azure.Data.Tables;
using MeterFunctions.Hosting;
using Metering;
using Microsoft.Extensions.Logging;

namespace MeterFunctions.Storage;

/// <summary>
/// What a list shows of a license, noted in the rows by which lists find it, so that a page takes no read for each license.
/// </summary>
/// <remarks>
/// A change is announced in those rows before it is made, and noted in them after it. A list believes only a row in which nothing is
/// announced. Of any other it reads the license itself, so it never shows what was before a change that was answered, wherever the
/// instance that made the change has died; and once nobody can still be on the way, it notes what it has read.
/// </remarks>
internal sealed class ListNotes(MeterTables tables, TimeProvider time, StorageTime storage, ILogger<ListNotes> log)
{
    // A row has at most 252 columns of ours, and each change that broke off leaves one for a while. Where two changes have the same one,
    // the later announcement stays.
    private const int Slots = 64;

    private const string LicenseId = "LicenseId";
    private const string Record = "Record";
    private const string Revision = "Revision";
    private const string Standing = "Standing";
    private const string Sequence = "Sequence";
    private const string Announced = "Announced_";

    /// <summary>Before a change of what lists show: from now on they read the license itself.</summary>
    /// <param name="tenantId">The license's tenant.</param>
    /// <param name="licenseId">The license.</param>
    /// <param name="again">What was announced of an attempt that lost; null: this is the first.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="StoreUnavailableException">It could not be announced, so the change must not be made.</exception>
    public async ValueTask<ListAnnouncement> AnnounceAsync(
        string tenantId, string licenseId, ListAnnouncement? again, CancellationToken cancellationToken)
    {
        var announcement = new ListAnnouncement(again?.Column ?? $"{Announced}{RandomNumberGenerator.GetInt32(Slots)}", time.GetUtcNow());

        // A row that is not there is not made: no list shows the license yet, or any more.
        await Task.WhenAll(LicenseIndex.ListRowsOf(tenantId, licenseId).Select(row => tables.TryMergeAsync(
            row.Table, new TableEntity(row.Partition, row.Row) { [announcement.Column] = announcement.At }, cancellationToken).AsTask()))
            .ConfigureAwait(false);
        return announcement;
    }

    /// <summary>
    /// After the change: what lists show now. What is newer than the note stays. It need not succeed: what was announced stays, and lists
    /// read the license itself.
    /// </summary>
    // Not ended with the caller: what is noted has been done.
    public async ValueTask NoteAsync(string tenantId, string licenseId, ListNote note, ListAnnouncement? announced)
    {
        try
        {
            await Task.WhenAll(LicenseIndex.ListRowsOf(tenantId, licenseId).Select(row => NoteAsync(row, note, announced)))
                .ConfigureAwait(false);
        }
        catch (StoreUnavailableException lost)
        {
            log.ListNoteLeft(lost, licenseId);
        }
    }

    /// <summary>What a row shows; null when it is not to be believed.</summary>
    public static ListedLicense? Read(TableEntity row) =>
        !row.Keys.Any(IsAnnouncement) && Noted(row) is ({ } license, { Deleted: false } standing)
            ? ListedLicense.Of(license, standing)
            : null;

    /// <summary>What was noted of a license and of its state, whatever is announced.</summary>
    public static (LicenseRecord? License, LicenseAnswer? Standing) Noted(TableEntity row) => (
        LongText.Get(row, Record) is { } record ? JsonSerializer.Deserialize(record, MeteringJson.Default.LicenseRecord) : null,
        LongText.Get(row, Standing) is { } standing
            ? JsonSerializer.Deserialize(standing, MeteringJson.Default.Answer) as LicenseAnswer
            : null);

    /// <summary>Notes in a row what was read of the license after it, unless a change is on its way or has come since.</summary>
    public async ValueTask MendAsync(string table, TableEntity row, ListNote note, CancellationToken cancellationToken)
    {
        var announced = row.Keys.Where(IsAnnouncement).ToList();
        if (announced.TrueForAll(column => IsOver(row, column)))
        {
            var mended = Renewed(row, note);
            announced.ForEach(column => mended.Remove(column));
            await tables.TryReplaceAsync(table, mended, row, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>What a row that nothing is announced in says otherwise than the license does, for an operator; null: nothing.</summary>
    /// <param name="row">The row, read after the license.</param>
    /// <param name="note">The license.</param>
    public static string? Difference(TableEntity row, ListNote note)
    {
        // Of what is not noted, and of what is announced, lists ask the license itself. What is newer was changed since it was read.
        if (row.Keys.Any(IsAnnouncement))
        {
            return null;
        }

        var expected = Renewed(row, note);
        return IsOther(Record) ? "other metadata" : IsOther(Standing) ? "another status, plan or expiry" : null;

        bool IsOther(string column) => LongText.Get(row, column) is { } noted && noted != LongText.Get(expected, column);
    }

    private async Task NoteAsync(IndexRow row, ListNote note, ListAnnouncement? announced) => await LostRace.RepeatAsync(
        $"The row of the license {row.LicenseId} in {row.Table}",
        async () =>
        {
            if (await tables.FindAsync(row.Table, row.Partition, row.Row, CancellationToken.None).ConfigureAwait(false) is not { } read)
            {
                return (true, false);
            }

            var renewed = Renewed(read, note);
            if (announced is { } own && renewed.GetDateTimeOffset(own.Column) == own.At)
            {
                renewed.Remove(own.Column);
            }

            return (await tables.TryReplaceAsync(row.Table, renewed, read, CancellationToken.None).ConfigureAwait(false), true);
        },
        CancellationToken.None).ConfigureAwait(false);

    private static TableEntity Renewed(TableEntity read, ListNote note)
    {
        var row = new TableEntity(read.PartitionKey, read.RowKey) { [LicenseId] = read[LicenseId] };
        foreach (var column in read.Keys.Where(IsAnnouncement))
        {
            row[column] = read[column];
        }

        // Its key's hash is shown to nobody, and changes without a note.
        Set(row, read, Record, Revision, note.Revision, note.License is { } license
            ? JsonSerializer.Serialize(license with { KeyHash = "", ChangedBy = null }, MeteringJson.Default.LicenseRecord)
            : null);
        Set(row, read, Standing, Sequence, note.State?.Sequence ?? 0, note.State is { } state
            ? JsonSerializer.Serialize(LicenseAnswer.Of(state), MeteringJson.Default.Answer)
            : null);
        return row;
    }

    // The newer of what is noted and of what is to be.
    private static void Set(TableEntity row, TableEntity read, string name, string number, long newest, string? text)
    {
        var noted = read.GetInt64(number) ?? 0;
        var (said, by) = text is null || noted > newest ? (LongText.Get(read, name), noted) : (text, newest);
        if (said is not null)
        {
            LongText.Set(row, name, said);
            row[number] = by;
        }
    }

    private static bool IsAnnouncement(string column) => column.StartsWith(Announced, StringComparison.Ordinal);

    private bool IsOver(TableEntity row, string column) =>
        storage.Problem is null && row.GetDateTimeOffset(column) < time.GetUtcNow() - LicenseIndex.MinLeftoverAge;
}
