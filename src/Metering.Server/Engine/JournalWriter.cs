using Metering.Server.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Metering.Server.Engine;

/// <summary>
/// The one thread that writes <c>journal.db</c>. It commits the batches of all shards that wait in one transaction, and answers
/// their commands after the commit (rule 9). Batches that the store has are deleted along the way.
/// </summary>
internal sealed class JournalWriter : IDisposable
{
    /// <summary>Most batches that may wait: each shard has only a few out.</summary>
    // Sixty-four shards, the most that there may be, have far fewer out.
    private const int QueueLength = 1_024;

    /// <summary>SQLite copies its log into the file after this many pages of 4 KiB.</summary>
    // Four times SQLite's default: the commit that reaches it waits for the copying, and so do the callers of its batches.
    private const int LogPages = 4_000;

    private readonly Mailbox<Batch> _batches = new(QueueLength);
    private readonly Database _database;
    private readonly WriteOut _writeOut;
    private readonly string _directory;
    private readonly ILogger _logger;
    private readonly List<Batch> _taken = [];
    private readonly Thread _thread;
    private long _lastId;
    private long _writtenOut;
    private long _generation;
    private long _deleted;
    private volatile bool _probe;
    private volatile string? _fault;

    internal JournalWriter(Database database, long lastId, WriteOut writeOut, string directory, ILogger logger)
    {
        _database = database;
        _lastId = lastId;
        _deleted = lastId;
        _writtenOut = lastId;
        _writeOut = writeOut;
        _directory = directory;
        _logger = logger;
        _database.Execute($"PRAGMA wal_autocheckpoint = {LogPages}");
        _thread = new Thread(Work) { Name = "journal writer", IsBackground = true };
    }

    /// <summary>Why nothing can be counted now; null when it can.</summary>
    internal string? Fault => _fault;

    internal void Start() => _thread.Start();

    /// <summary>Lets the writer run once though there may be nothing for it.</summary>
    internal void Wake() => _batches.Wake();

    /// <summary>Takes a batch; its commands are answered when it is durable, or when it cannot be made so.</summary>
    internal void Post(Batch batch)
    {
        if (!_batches.TryPost(batch))
        {
            // A bug and no load, so nobody is told busy.
            throw new InvalidOperationException("More batches are out than shards may have.");
        }
    }

    /// <summary>Rows up to this one may be deleted: the store has them.</summary>
    /// <param name="id">The row.</param>
    /// <param name="generation">The store's generation that has them, or a later one.</param>
    internal void WrittenOut(long id, long generation)
    {
        // In this order, because Commit reads them in the other one: rows are never deleted under an older generation than has them.
        Interlocked.Exchange(ref _generation, generation);
        Interlocked.Exchange(ref _writtenOut, id);
        Wake();
    }

    /// <summary>After a failure: tries whether the journal can be written again, though nobody counts.</summary>
    internal void Probe()
    {
        _probe = true;
        Wake();
    }

    /// <summary>Commits what waits, deletes what the store has, closes the file.</summary>
    public void Dispose()
    {
        _batches.Close();

        // Join throws on a thread that was never started.
        if (_thread.IsAlive)
        {
            _thread.Join();
        }

        _database.Dispose();
    }

    /// <summary>Commits what has queued, or waits until something has; false at the end.</summary>
    internal bool Turn()
    {
        // All that waits goes into one commit: it costs about the same for few commands as for many (docs/speed-changes.md).
        if (!_batches.Drain(_taken, QueueLength))
        {
            return false;
        }

        if (_taken.Exists(batch => batch.Epoch < batch.Shard!.Epoch))
        {
            // These were applied on top of what could not be made durable.
            Fail(_taken.FindAll(batch => batch.Epoch < batch.Shard!.Epoch));
            _taken.RemoveAll(batch => batch.Failed);
        }

        var started = TimeProvider.System.GetTimestamp();
        try
        {
            Commit(_taken);
        }
#pragma warning disable CA1031 // Whatever it was, nothing of these batches is durable: their callers are told, and the next ones are tried.
        catch (Exception e)
#pragma warning restore CA1031
        {
            GiveUp(_taken, e);
            return true;
        }

        EngineMetrics.Committed(_taken, TimeProvider.System.GetElapsedTime(started));

        // A fault in here would leave memory that does not match the disk. It ends the process, with a code that is not zero; the
        // next start brings back what is durable.
        Confirm(_taken);
        return true;
    }

    private void Work()
    {
        while (Turn())
        {
        }
    }

    private void Commit(List<Batch> batches)
    {
        var writtenOut = Interlocked.Read(ref _writtenOut);
        var probe = _probe;
        if (writtenOut == _deleted && !probe && !batches.Exists(batch => batch.Block is { Count: > 0 }))
        {
            // Batches of refusals alone need no commit; they are answered all the same.
            return;
        }

        var lastId = _lastId;
        _database.Begin();
        try
        {
            foreach (var batch in batches)
            {
                if (batch.Block is { Count: > 0 } block)
                {
                    batch.JournalId = ++lastId;
                    _database["INSERT INTO journal (id, block) VALUES (?, ?)"].Bind(1, batch.JournalId).Bind(2, block.Seal()).Run();
                }
            }

            // Beside the inserts, so that under load deleting costs no commit of its own.
            if (writtenOut > _deleted)
            {
                _database["DELETE FROM journal WHERE id <= ?"].Bind(1, writtenOut).Run();
                Marks.Write(_database, Marks.JournalRow, writtenOut);
                Marks.Write(_database, Marks.Generation, Interlocked.Read(ref _generation));
            }

            if (probe)
            {
                _database["INSERT INTO probe (id, at) VALUES (1, ?) ON CONFLICT DO UPDATE SET at = excluded.at"]
                    .Bind(1, TimeProvider.System.GetTimestamp()).Run();
            }

            _database.Commit();
        }
        catch
        {
            _database.Rollback();
            throw;
        }

        _lastId = lastId;
        _deleted = writtenOut;
        _probe = false;
        if (_fault is not null)
        {
            _fault = null;
            _logger.JournalRecovered();
        }
    }

    private void Confirm(List<Batch> batches)
    {
        foreach (var batch in batches)
        {
            // Before the answers: who reads after an answer must see what it counted.
            foreach (var (cell, state) in batch.Applied.States)
            {
                cell.Committed = state;
            }

            batch.Durable = true;

            // Counted as pending before anybody hears of it, so that a read after the answer waits for it.
            _writeOut.Accept(batch);
            batch.Shard!.Confirmed(batch);
            foreach (var command in batch.Commands)
            {
                command.Answer();
            }

            // The batch is kept until the store has it; its commands and their callers need not be.
            batch.Commands = [];
        }
    }

    private void GiveUp(List<Batch> batches, Exception cause)
    {
        if (_fault is null)
        {
            _fault = $"{_directory} cannot be written ({cause.Message}). "
                + "Nothing that was acknowledged is lost. Free disk space, or give this user the right to write; counting then goes on by itself.";
            _logger.JournalFailed(cause is SqliteException ? null : cause, _fault);
        }

        _probe = false;
        foreach (var batch in batches)
        {
            // All epochs before the first place is given back: a shard that goes on must find out that it has to take states back.
            batch.Shard!.EndEpoch(batch.Epoch);
        }

        Fail(batches);
    }

    private static void Fail(List<Batch> batches)
    {
        foreach (var batch in batches)
        {
            batch.Failed = true;
            batch.Shard!.Confirmed(batch);
            foreach (var command in batch.Commands)
            {
                command.AnswerBusy();
            }

            batch.Commands = [];
        }
    }
}
