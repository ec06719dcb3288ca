using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Metering.Server.Storage;

/// <summary>A connection to one SQLite file with its prepared statements. Used by one thread at a time.</summary>
internal sealed class Database : IDisposable
{
    private static readonly TimeSpan DefaultLockWait = TimeSpan.FromSeconds(10);

    // 16 MiB at a time.
    private const int CopyPages = 4_096;

    private readonly sqlite3 _connection;
    private readonly Dictionary<string, Statement> _statements = new(StringComparer.Ordinal);

    // What SQLite is told before anything of the process uses it; later it does not listen.
    static Database()
    {
        // The core package leaves it to the program to say which native library is used.
        Batteries_V2.Init();

        // Else each piece of memory is counted under one lock of the process, and all connections wait for each other there. Nobody asks
        // for the count.
        raw.sqlite3_config(raw.SQLITE_CONFIG_MEMSTATUS, 0);
        SyncInSteps.Register();
    }

    /// <summary>Makes SQLite ready for this process, if it is not yet: whoever uses it without this class begins here.</summary>
    internal static void MakeReady() => RuntimeHelpers.RunClassConstructor(typeof(Database).TypeHandle);

    private Database(sqlite3 connection) => _connection = connection;

    /// <summary>Opens the one connection that writes a file, which is made when it is missing.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cacheKib">Page cache, in KiB.</param>
    /// <param name="lockWait">How long to wait for a lock that another process holds; null: ten seconds.</param>
    internal static Database OpenWriter(string path, int cacheKib, TimeSpan? lockWait = null)
    {
        // SQLite gives its log and index the rights of the file.
        PrivateFiles.Make(path);
        var database = Open(path, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE, lockWait ?? DefaultLockWait);

        // WAL: readers go on beside the one writer, and a commit is one write at the end of a log. FULL: a commit is on the disk when it
        // returns, through power loss too (rule 9).
        return database.With(
            "PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", $"PRAGMA cache_size = -{cacheKib}", "PRAGMA temp_store = MEMORY");
    }

    /// <summary>Opens a connection that only reads, beside the one that writes.</summary>
    internal static Database OpenReader(string path, int cacheKib)
    {
        return Open(path, raw.SQLITE_OPEN_READONLY, DefaultLockWait).With($"PRAGMA cache_size = -{cacheKib}");
    }

    /// <summary>The statement for a text, prepared once.</summary>
    internal Statement this[string sql]
    {
        get
        {
            // Bounded without a limit: the texts are this program's own, values are bound to them.
            if (!_statements.TryGetValue(sql, out var statement))
            {
                statement = new Statement(_connection, sql);
                _statements.Add(sql, statement);
            }

            return statement;
        }
    }

    /// <summary>Rows that the last statement changed.</summary>
    internal int Changes => raw.sqlite3_changes(_connection);

    /// <summary>Runs a statement once, without keeping it.</summary>
    internal void Execute(string sql)
    {
        using var statement = new Statement(_connection, sql);
        statement.Run();
    }

    /// <summary>Runs work in one transaction: all of it is durable when this returns, or none of it happened.</summary>
    internal T InTransaction<T>(Func<Database, T> work)
    {
        Begin();
        try
        {
            var result = work(this);
            Commit();
            return result;
        }
        catch
        {
            Rollback();
            throw;
        }
    }

    internal void Begin()
    {
        EndLeftOver();

        // Takes the lock at once. A transaction that reads first and writes later cannot wait for it: SQLite fails it with SQLITE_BUSY.
        this["BEGIN IMMEDIATE"].Run();
    }

    internal void BeginRead()
    {
        EndLeftOver();
        this["BEGIN"].Run();
    }

    internal void Commit() => this["COMMIT"].Run();

    /// <summary>
    /// Undoes the open transaction; does nothing when SQLite has undone it already, as it does when the disk is full. It does not
    /// throw: what led to it is what must be told, and what could not be undone here is undone before the next transaction.
    /// </summary>
    internal void Rollback()
    {
        try
        {
            EndLeftOver();
        }
        catch (SqliteException)
        {
            // Begin tries again.
        }
    }

    /// <summary>How many pages this connection has written to the log since it last copied the log into the file.</summary>
    // Not the length of the log's file: SQLite begins the log anew in the same file and does not make that shorter.
    internal int PagesSinceCheckpoint
    {
        get
        {
            raw.sqlite3_db_status(_connection, raw.SQLITE_DBSTATUS_CACHE_WRITE, out var pages, out _, resetFlg: 0);
            return pages;
        }
    }

    /// <summary>Copies what the write-ahead log holds into the file, as far as readers allow.</summary>
    /// <returns>How many pages the log holds, and how many of them the file has now; negative when it could not be copied now.</returns>
    // PASSIVE waits for nobody; what a reader holds back is copied the next time.
    internal (long Logged, long Copied) Checkpoint()
    {
        var statement = this["PRAGMA wal_checkpoint(PASSIVE)"];
        statement.Next();
        var pages = (statement.Integer(1), statement.Integer(2));
        statement.Reset();
        raw.sqlite3_db_status(_connection, raw.SQLITE_DBSTATUS_CACHE_WRITE, out _, out _, resetFlg: 1);
        return pages;
    }

    /// <summary>
    /// Writes the file, as the open read transaction sees it, to another one; durable when this returns. Others may write this one
    /// meanwhile: their pages go to its log, which can't be cut until the transaction ends.
    /// </summary>
    /// <param name="path">The other file; it must not be there yet.</param>
    /// <param name="cancellationToken">Looked at every few megabytes.</param>
    internal void CopyTo(string path, CancellationToken cancellationToken)
    {
        PrivateFiles.Make(path);
        using var copy = Open(path, raw.SQLITE_OPEN_READWRITE, DefaultLockWait);
        copy.Execute("PRAGMA synchronous = FULL");
        using var backup = raw.sqlite3_backup_init(copy._connection, "main", _connection, "main");
        if (backup.IsInvalid)
        {
            throw Statement.Failure(copy._connection, raw.sqlite3_errcode(copy._connection));
        }

        int code;
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            code = raw.sqlite3_backup_step(backup, CopyPages);
        }
        while (code == raw.SQLITE_OK);

        if (code != raw.SQLITE_DONE)
        {
            throw Statement.Failure(code);
        }
    }

    public void Dispose()
    {
        // Statements first: SQLite closes a file only when the last of its statements is gone.
        foreach (var statement in _statements.Values)
        {
            statement.Dispose();
        }

        _connection.Dispose();
    }

    // A transaction that a failed rollback or commit left open would make every later one fail.
    private void EndLeftOver()
    {
        if (raw.sqlite3_get_autocommit(_connection) == 0)
        {
            this["ROLLBACK"].Run();
        }
    }

    // A connection that can't be set up is closed: whoever tries again must not meet its locks.
    private Database With(params ReadOnlySpan<string> settings)
    {
        try
        {
            foreach (var setting in settings)
            {
                Execute(setting);
            }

            return this;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    private static Database Open(string path, int how, TimeSpan lockWait)
    {
        // NOMUTEX: one thread at a time uses a connection, so SQLite need not lock it for each column that is read.
        var code = raw.sqlite3_open_v2(path, out var connection, how | raw.SQLITE_OPEN_NOMUTEX, SyncInSteps.Name);
        if (code != raw.SQLITE_OK)
        {
            var failure = Statement.Failure(connection, code);
            connection.Dispose();
            throw failure;
        }

        // Raw statements do not retry as ADO.NET's do, so SQLite itself waits for a lock.
        raw.sqlite3_busy_timeout(connection, (int)lockWait.TotalMilliseconds);
        return new Database(connection);
    }
}
