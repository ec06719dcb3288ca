using Metering.Server.Storage;
using Metering.Server.Webhooks;
using Microsoft.Extensions.Logging;

namespace Metering.Server.Engine;

/// <summary>The files of a data directory, opened, with the journal replayed and empty.</summary>
/// <param name="Store"><c>meter.db</c>.</param>
/// <param name="Journal"><c>journal.db</c>.</param>
/// <param name="Terms">Terms that were read.</param>
/// <param name="LastLicenseKey">The highest key of a license.</param>
/// <param name="LastJournalId">The highest row that the journal ever had.</param>
/// <param name="LastSeen">The host's time when it was last seen at work; null when it never was.</param>
internal sealed record OpenedFiles(
    Database Store, Database Journal, SharedTerms Terms, long LastLicenseKey, long LastJournalId, DateTimeOffset? LastSeen)
{
    private static readonly string[] JournalTables =
    [
        "CREATE TABLE journal (id INTEGER PRIMARY KEY, block BLOB NOT NULL)",
        // A row that is written only to see whether writing works again.
        "CREATE TABLE probe (id INTEGER PRIMARY KEY, at INTEGER NOT NULL)",
    ];

    private const int JournalCacheKib = 4 * 1024;

    internal static OpenedFiles Open(DataDirectory directory, ServerOptions options, ILogger logger)
    {
        Database? store = null;
        Database? journal = null;
        try
        {
            LogSync.Run(directory.StoreFile, directory.JournalFile, directory.WebhooksFile);
            store = OpenStore(directory, options);
            journal = OpenJournal(directory, options);

            // Before the replay: a journal of another moment must not get into the store.
            using (var webhooks = WebhookFile.Open(directory.WebhooksFile, options.LockWait))
            {
                FileAgreement.Check(store, journal, webhooks);
                FileAgreement.Bind(store, journal, webhooks);
            }

            var terms = new SharedTerms();
            var replay = new JournalReplay(store, journal, terms, options);
            replay.Run();
            if (replay.Commands > 0)
            {
                logger.JournalReplayed(replay.Commands);
            }

            var seen = Math.Max(replay.LastAt, Marks.Read(store, Marks.SeenAt));
            return new OpenedFiles(
                store, journal, terms, LicenseStates.LastKey(store), replay.LastId, seen == 0 ? null
                    : DateTimeOffset.FromUnixTimeMilliseconds(seen));
        }
        catch (Exception e)
        {
            store?.Dispose();
            journal?.Dispose();
            if (DataFault.Is(e))
            {
                throw DataFault.Of($"The data in {directory.Path}", e);
            }

            throw;
        }
    }

    /// <summary>Closes the files again.</summary>
    internal void Close()
    {
        Store.Dispose();
        Journal.Dispose();
    }

    /// <summary>Opens <c>meter.db</c> alone.</summary>
    internal static Database OpenStore(DataDirectory directory, ServerOptions options) =>
        FileForm.Open(directory.StoreFile, options.CacheMebibytes * 1024, options.LockWait, StoreSchema.Tables);

    /// <summary>Opens <c>journal.db</c> alone.</summary>
    internal static Database OpenJournal(DataDirectory directory, ServerOptions options) =>
        FileForm.Open(directory.JournalFile, JournalCacheKib, options.LockWait, JournalTables);
}
