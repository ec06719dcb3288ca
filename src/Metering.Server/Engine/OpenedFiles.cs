using Metering.Server.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Metering.Server.Engine;

/// <summary>The files of a data directory, opened, with the journal replayed and empty.</summary>
internal sealed record OpenedFiles(Database Store, Database Journal, SharedTerms Terms, long LastLicenseKey, long LastJournalId)
{
    private const int JournalCacheKib = 16 * 1024;

    internal static OpenedFiles Open(DataDirectory directory, EngineOptions options, ILogger logger)
    {
        Database? store = null;
        Database? journal = null;
        try
        {
            store = Database.OpenWriter(directory.StoreFile, options.CacheMebibytes * 1024, options.LockWait);
            StoreSchema.Ensure(store);
            journal = Database.OpenWriter(directory.JournalFile, JournalCacheKib, options.LockWait);
            journal.Execute("CREATE TABLE IF NOT EXISTS journal (id INTEGER PRIMARY KEY, block BLOB NOT NULL)");
            journal.Execute("CREATE TABLE IF NOT EXISTS probe (id INTEGER PRIMARY KEY, at INTEGER NOT NULL)");
            var terms = new SharedTerms();
            var replay = new JournalReplay(store, journal, terms, options);
            replay.Run();
            if (replay.Commands > 0)
            {
                logger.JournalReplayed(replay.Commands);
            }

            return new OpenedFiles(store, journal, terms, LicenseStates.LastKey(store), replay.LastId);
        }
        catch (Exception e)
        {
            store?.Dispose();
            journal?.Dispose();
            if (e is SqliteException sqlite)
            {
                throw new DataDirectoryException(
                    $"The data in {directory.Path} cannot be opened ({sqlite.Message}). Look for free space, the right to write, and damage.", e);
            }

            throw;
        }
    }
}
