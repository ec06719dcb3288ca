using Metering.Server.Engine;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Metering.Server.Storage;

/// <summary>The one thread that writes <c>meter.db</c>: each piece of work in a transaction of its own, one after the other.</summary>
internal sealed class StoreWriter : IDisposable
{
    /// <summary>Most pieces of work that may wait.</summary>
    private const int MaxQueue = 10_000;

    /// <summary>From this size on the write-ahead log is copied into the file after each piece of work.</summary>
    private const long LogBytes = 32 * 1024 * 1024;

    private readonly Mailbox<Action> _work = new(MaxQueue);
    private readonly Database _database;
    private readonly string _file;
    private readonly string _logFile;
    private readonly ILogger _logger;
    private readonly List<Action> _taken = [];
    private readonly Thread _thread;
    private long _generation;

    internal StoreWriter(Database database, string file, ILogger logger)
    {
        _database = database;
        _file = file;
        _logFile = file + "-wal";
        _logger = logger;
        _generation = Marks.Read(database, Marks.Generation);

        // SQLite itself would copy its log within a commit. CopyLog does it after the work, when whoever asked for it has been answered.
        _database.Execute("PRAGMA wal_autocheckpoint = 0");
        _thread = new Thread(Work) { Name = "store writer", IsBackground = true };
    }

    /// <summary>
    /// How many times the file was written, durably. The other files keep it, so that an older copy of this one is not taken for the one
    /// that they went along with.
    /// </summary>
    internal long Generation => Interlocked.Read(ref _generation);

    /// <summary>Pieces of work that wait.</summary>
    internal int QueueLength => _work.Count;

    internal void Start() => _thread.Start();

    /// <summary>Does work in a transaction; durable when the task is done.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be written, too much work waits, or the server is stopping.</exception>
    internal Task<T> RunAsync<T>(Func<Database, T> work)
    {
        // Asynchronously, or whoever waits would go on on the thread that writes.
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var posted = _work.TryPost(() =>
        {
            try
            {
                done.SetResult(Write(work));
            }
            catch (SqliteException e)
            {
                done.SetException(new StoreUnavailableException($"{_file} cannot be written ({e.Message}).", e));
            }
#pragma warning disable CA1031 // Whatever went wrong belongs to whoever asked for the work.
            catch (Exception e)
            {
                done.SetException(e);
            }
#pragma warning restore CA1031
        });
        return posted ? done.Task : throw new StoreUnavailableException("The store cannot take more work now.");
    }

    /// <summary>Finishes the work that waits, then closes the file.</summary>
    public void Dispose()
    {
        _work.Close();

        // Join throws on a thread that was never started.
        if (_thread.IsAlive)
        {
            _thread.Join();
        }

        _database.Dispose();
    }

    /// <summary>Does one piece of work, or waits until there is one; false at the end.</summary>
    internal bool Turn()
    {
        if (!_work.Drain(_taken, 1))
        {
            return false;
        }

        foreach (var piece in _taken)
        {
            piece();
        }

        CopyLog();
        return true;
    }

    private void Work()
    {
        while (Turn())
        {
        }
    }

    private T Write<T>(Func<Database, T> work)
    {
        // In memory only after the commit: the other files must not know a number that this one may lose.
        var next = _generation + 1;
        var result = _database.InTransaction(database =>
        {
            Marks.Write(database, Marks.Generation, next);
            return work(database);
        });
        Interlocked.Exchange(ref _generation, next);
        return result;
    }

    private void CopyLog()
    {
        try
        {
            var log = new FileInfo(_logFile);
            if (log.Exists && log.Length >= LogBytes)
            {
                _database.Checkpoint();
            }
        }
#pragma warning disable CA1031 // The thread must go on whatever it was.
        catch (Exception e)
#pragma warning restore CA1031
        {
            // Nothing is lost: the log holds it, and the next piece of work tries again.
            _logger.LogNotCopied(_logFile, e.Message);
        }
    }
}
