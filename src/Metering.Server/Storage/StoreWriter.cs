using Metering.Server.Engine;
using Microsoft.Extensions.Logging;

namespace Metering.Server.Storage;

/// <summary>
/// The one thread that writes <c>meter.db</c>: pieces of work one after the other, those that wait at the same time in one transaction.
/// </summary>
internal sealed class StoreWriter : IDisposable
{
    /// <summary>Most pieces of work that may wait.</summary>
    private const int MaxQueue = 10_000;

    /// <summary>Most pieces of work that become durable together.</summary>
    private const int MaxTogether = 64;

    /// <summary>After so many pages of 4 KiB, the write-ahead log is copied into the file: 32 MiB.</summary>
    private const int LogPages = 8_192;

    /// <summary>The same after a copy that readers did not let come to its end.</summary>
    private const int LogPagesBehindReaders = LogPages / 16;

    private readonly Mailbox<StoreWork> _work = new(MaxQueue);
    private readonly Database _database;
    private readonly string _file;
    private readonly string _logFile;
    private readonly ILogger _logger;
    private readonly List<StoreWork> _taken = [];
    private readonly Thread _thread;
    private long _generation;
    private int _copyAfter = LogPages;

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
        var piece = new StoreWork<T>(_file, work);
        return _work.TryPost(piece) ? piece.Result : throw new StoreUnavailableException("The store cannot take more work now.");
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

    /// <summary>Does what has queued, or waits until there is something; false at the end.</summary>
    internal bool Turn()
    {
        if (!_work.Drain(_taken, MaxTogether))
        {
            return false;
        }

        // Together first: a commit waits for the disk, however much is in it. Whatever goes wrong then is of one of them, or of the disk;
        // done alone, each finds out for itself.
        if (_taken.Count < 2 || !TryTogether())
        {
            _taken.ForEach(DoAlone);
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

    private bool TryTogether()
    {
        try
        {
            Write(_taken);
        }
#pragma warning disable CA1031 // Nothing of it happened, and each piece is done again and told what is wrong with it.
        catch (Exception)
#pragma warning restore CA1031
        {
            return false;
        }

        _taken.ForEach(piece => piece.Done());
        return true;
    }

    private void DoAlone(StoreWork piece)
    {
        try
        {
            Write([piece]);
        }
#pragma warning disable CA1031 // Whatever went wrong belongs to whoever asked for the work.
        catch (Exception e)
#pragma warning restore CA1031
        {
            piece.Failed(e);
            return;
        }

        piece.Done();
    }

    private void Write(IReadOnlyList<StoreWork> pieces)
    {
        // In memory only after the commit: the other files must not know a number that this one may lose.
        var next = _generation + 1;
        _database.InTransaction(database =>
        {
            Marks.Write(database, Marks.Generation, next);
            foreach (var piece in pieces)
            {
                piece.Do(database);
            }

            return true;
        });
        Interlocked.Exchange(ref _generation, next);
    }

    private void CopyLog()
    {
        if (_database.PagesSinceCheckpoint < _copyAfter)
        {
            return;
        }

        try
        {
            var (logged, copied) = _database.Checkpoint();

            // SQLite begins the log anew only when all of it is copied and nobody reads it at the next write. Where readers have prevented
            // that, it grows; so it is tried again sooner. Both are negative when another connection was copying it.
            _copyAfter = copied == logged && logged is >= 0 and <= 2 * LogPages ? LogPages : LogPagesBehindReaders;
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
