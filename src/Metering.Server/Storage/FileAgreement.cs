using System.Security.Cryptography;

namespace Metering.Server.Storage;

/// <summary>
/// Whether the three files of a directory are of one moment. Each can be newer than what another knows of it, because they are not
/// written together; but none may be older than another knows it to be, as a file is that was restored alone from a backup: what was
/// acknowledged since would be lost or counted twice, and nobody would be told.
/// </summary>
internal static class FileAgreement
{
    private const string Remedy =
        "Restore meter.db, journal.db and webhooks.db from one backup; or, when there is none, see 'accept-files' in --help.";

    /// <summary>Checks the files, then writes into each that they belong together from this start on.</summary>
    /// <param name="store"><c>meter.db</c>.</param>
    /// <param name="journal"><c>journal.db</c>.</param>
    /// <param name="webhooks"><c>webhooks.db</c>.</param>
    /// <exception cref="DataDirectoryException">They do not agree; nothing was changed.</exception>
    internal static void Check(Database store, Database journal, Database webhooks)
    {
        CheckJournal(store, journal);
        CheckWebhooks(store, webhooks);
    }

    /// <summary>The same of the two files that hold what was counted.</summary>
    /// <exception cref="DataDirectoryException">They do not agree; nothing was changed.</exception>
    internal static void CheckJournal(Database store, Database journal)
    {
        var written = Marks.Read(store, Marks.JournalRow);
        RequireSameDirectory(store, journal, "journal.db");
        Require(
            written >= Marks.Read(journal, Marks.JournalRow)
                && Marks.Read(store, Marks.Generation) >= Marks.Read(journal, Marks.Generation),
            "meter.db is older than journal.db");
        Require(LastRow(journal) >= written, "journal.db is older than meter.db, or is missing");
    }

    /// <summary>Writes into each file that it belongs to this directory, as it is now.</summary>
    internal static void Bind(Database store, Database journal, Database webhooks)
    {
        var directory = Marks.Read(store, Marks.Directory);
        if (directory == 0)
        {
            // Never 0, which says that a file belongs to no directory yet.
            directory = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long))) | 1;
        }

        var generation = Marks.Read(store, Marks.Generation) + 1;

        // The store first: a crash in between leaves it newer than what the others know, which is allowed.
        foreach (var file in new[] { store, journal, webhooks })
        {
            file.InTransaction(database =>
            {
                Marks.Write(database, Marks.Directory, directory);
                Marks.Write(database, Marks.Generation, generation);
                return true;
            });
        }
    }

    /// <summary>Lets the webhooks go on from where the outbox is, whatever they had reached.</summary>
    internal static void AcceptOutbox(Database store, Database webhooks)
    {
        var (removed, last) = (Marks.Read(store, Marks.OutboxRemoved), LastSignal(store));
        webhooks.InTransaction(database =>
        {
            database["INSERT INTO setting (name, value) VALUES ('outbox_position', ?) ON CONFLICT DO UPDATE SET value = excluded.value"]
                .Bind(1, removed).Run();

            // An older store gives the places again that came before a webhook of the newer file: it would miss the signals there.
            database["UPDATE webhook SET since = MIN(since, ?)"].Bind(1, last).Run();

            // Older than any store, and of no directory: Bind writes next what they are from now on.
            Marks.Write(database, Marks.Generation, 0);
            Marks.Write(database, Marks.Directory, 0);
            return true;
        });
    }

    /// <summary>The highest row that the journal ever had.</summary>
    internal static long LastRow(Database journal)
    {
        var last = journal["SELECT MAX(id) FROM journal"].Number() ?? 0;
        return Math.Max(last, Marks.Read(journal, Marks.JournalRow));
    }

    /// <summary>The last place in the outbox that was ever given; 0 when none was.</summary>
    // SQLite's own count of the places it gave: the rows themselves may have been removed.
    internal static long LastSignal(Database store) =>
        store["SELECT seq FROM sqlite_sequence WHERE name = 'signal_outbox'"].Number() ?? 0;

    private static long OutboxPosition(Database webhooks) =>
        webhooks["SELECT CAST(value AS INTEGER) FROM setting WHERE name = 'outbox_position'"].Number() ?? 0;

    private static void CheckWebhooks(Database store, Database webhooks)
    {
        RequireSameDirectory(store, webhooks, "webhooks.db");
        Require(
            Marks.Read(store, Marks.Generation) >= Marks.Read(webhooks, Marks.Generation), "meter.db is older than webhooks.db");
        Require(OutboxPosition(webhooks) >= Marks.Read(store, Marks.OutboxRemoved), "webhooks.db is older than meter.db, or is missing");
    }

    private static void RequireSameDirectory(Database store, Database file, string name)
    {
        var known = Marks.Read(file, Marks.Directory);
        Require(known == 0 || known == Marks.Read(store, Marks.Directory), $"{name} is of another data directory than meter.db");
    }

    private static void Require(bool condition, string problem)
    {
        if (!condition)
        {
            throw new DataDirectoryException($"{problem}. {Remedy} Nothing was changed.");
        }
    }
}
