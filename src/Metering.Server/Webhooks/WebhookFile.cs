using Metering.Server.Storage;
using Microsoft.Data.Sqlite;

namespace Metering.Server.Webhooks;

/// <summary>
/// The file of webhooks and deliveries. It is a file of its own, so that however many receivers are slow or dead, no consume waits for
/// them. Any thread may use it; one does at a time.
/// </summary>
internal sealed class WebhookFile : IDisposable
{
    private const int CacheKib = 4 * 1024;
    private const string OutboxPosition = "outbox_position";

    // Deliveries of one license to one webhook go out one after the other. Only the first that is pending has a time at which it is due
    // (next_at); the next one gets one when that has ended. So finding what is due is one look into an index, whatever waits behind.
    private static readonly string[] Tables =
    [
        "CREATE TABLE IF NOT EXISTS webhook (id TEXT PRIMARY KEY, since INTEGER NOT NULL, body BLOB NOT NULL) WITHOUT ROWID",
        """
        CREATE TABLE IF NOT EXISTS delivery (
            position INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, webhook TEXT NOT NULL, license TEXT NOT NULL,
            pending INTEGER NOT NULL, next_at INTEGER, created_at INTEGER NOT NULL, body BLOB NOT NULL)
        """,
        "CREATE INDEX IF NOT EXISTS delivery_due ON delivery (webhook, next_at) WHERE next_at IS NOT NULL",
        "CREATE INDEX IF NOT EXISTS delivery_queue ON delivery (webhook, license, position) WHERE pending = 1",
        "CREATE INDEX IF NOT EXISTS delivery_of ON delivery (webhook, position)",
        "CREATE INDEX IF NOT EXISTS delivery_ended ON delivery (created_at) WHERE pending = 0",
        "CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    ];

    private readonly Lock _gate = new();
    private readonly string _file;
    private readonly Database _database;
    private readonly Func<long>? _generation;

    /// <summary>Opens the file, which is made when it is missing.</summary>
    /// <param name="file">The file.</param>
    /// <param name="generation">The generation of <c>meter.db</c> that it goes along with; null where there is none.</param>
    /// <param name="lockWait">How long to wait for a lock that another process holds; null: as long as files usually do.</param>
    internal WebhookFile(string file, Func<long>? generation, TimeSpan? lockWait)
    {
        _file = file;
        _generation = generation;
        _database = Open(file, lockWait);
    }

    /// <summary>Opens a file of webhooks, which is made when it is missing.</summary>
    /// <exception cref="DataDirectoryException">It can't be read or written, or another version wrote it.</exception>
    internal static Database Open(string file, TimeSpan? lockWait) => FileForm.Open(file, CacheKib, lockWait, Tables);

    /// <summary>Does work in one transaction: all of it or nothing.</summary>
    /// <exception cref="StoreUnavailableException">The file cannot be read or written now.</exception>
    internal T InTransaction<T>(Func<Database, T> work)
    {
        lock (_gate)
        {
            try
            {
                return _database.InTransaction(work);
            }
            catch (SqliteException e)
            {
                // A full disk or a lock passes; callers are told to come again, as they are where it is meter.db.
                throw new StoreUnavailableException($"{_file} cannot be used ({e.Message}).", e);
            }
        }
    }

    /// <summary>Up to where the outbox has been made into deliveries; 0 at the beginning.</summary>
    internal static long ReadOutboxPosition(Database database)
    {
        var statement = database["SELECT value FROM setting WHERE name = ?"].Bind(1, OutboxPosition);
        if (!statement.Next())
        {
            return 0;
        }

        var position = statement.Integer(0);
        statement.Reset();
        return position;
    }

    /// <summary>
    /// Keeps up to where the outbox has been made into deliveries, and with which <c>meter.db</c>: files of different moments are found by
    /// it.
    /// </summary>
    internal void WriteOutboxPosition(Database database, long position)
    {
        database["INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value"]
            .Bind(1, OutboxPosition).Bind(2, position).Run();
        if (_generation is not null)
        {
            Marks.Write(database, Marks.Generation, _generation());
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _database.Dispose();
        }
    }
}
