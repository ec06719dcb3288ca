using Metering.Server.Storage;
using Microsoft.Extensions.Logging;

namespace Metering.Server.Engine;

/// <summary>
/// Brings what is durable in the journal into the store's tables: many commands in one transaction, sorted, so that a page is
/// written once for many of them. It works behind the commands' backs; until it has, shards keep what they need in memory.
/// </summary>
internal sealed class WriteOut : IAsyncDisposable
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);

    /// <summary>Not longer: when too much waits, nothing is counted until the store can be written again.</summary>
    private static readonly TimeSpan MaxRetry = TimeSpan.FromSeconds(8);

    private readonly object _gate = new();
    private readonly SemaphoreSlim _due = new(0, 1);
    private readonly StoreWriter _store;
    private readonly StoreRows _rows;
    private readonly IdentityFilter _filter;
    private readonly IMeterClock _clock;
    private readonly ServerOptions _options;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private List<Batch> _waiting = [];
    private List<Batch> _taken = [];
    private TaskCompletionSource? _flush;
    private Task _loop = Task.CompletedTask;
    private JournalWriter? _journal;
    private IReadOnlyList<Shard> _shards = [];
    private int _pending;
    private bool _ended;
    private volatile string? _fault;

    internal WriteOut(StoreWriter store, IdentityFilter filter, IMeterClock clock, ServerOptions options, ILogger logger)
    {
        _store = store;
        _rows = new StoreRows(filter, options);
        _filter = filter;
        _clock = clock;
        _options = options;
        _logger = logger;
    }

    /// <summary>Why durable commands cannot be written out; null when they can.</summary>
    internal string? Fault => _fault;

    /// <summary>Commands that are durable in the journal alone.</summary>
    internal int Pending => Volatile.Read(ref _pending);

    /// <summary>Whether more commands may be applied; if not, they wait for the store.</summary>
    internal bool HasRoom => Pending < _options.MaxPendingEntries;

    /// <summary>Says who is told of what was written out.</summary>
    internal void Connect(JournalWriter journal, IReadOnlyList<Shard> shards)
    {
        _journal = journal;
        _shards = shards;
    }

    internal void Start() => _loop = Task.Run(LoopAsync);

    /// <summary>Takes a batch that is durable, in the order of the journal.</summary>
    internal void Accept(Batch batch)
    {
        if (batch.Weight == 0)
        {
            // Nothing of it goes to the store, so the shard may forget it at once.
            batch.Materialized = true;
            return;
        }

        bool enough;
        lock (_gate)
        {
            _waiting.Add(batch);
            _pending += batch.Weight;
            enough = _pending >= _options.WriteOutEntries;
        }

        if (enough)
        {
            Wake();
        }
    }

    /// <summary>
    /// Waits until there is room for more pending commands; false when there is none because the store cannot be written.
    /// </summary>
    internal bool WaitForRoom()
    {
        // Without the lock, because nearly every batch finds room.
        if (HasRoom)
        {
            return true;
        }

        lock (_gate)
        {
            while (_pending >= _options.MaxPendingEntries)
            {
                // Not to wait for a disk that somebody has to mend: the callers are told busy, and may come again.
                if (_fault is not null)
                {
                    return false;
                }

                Monitor.Wait(_gate);
            }
        }

        return true;
    }

    /// <summary>Waits until the store has everything that is durable now.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be written.</exception>
    internal Task FlushAsync()
    {
        Task done;
        lock (_gate)
        {
            if (_pending == 0)
            {
                return Task.CompletedTask;
            }

            // After the last round nobody would ever complete it.
            if (_ended)
            {
                return Task.FromException(new StoreUnavailableException("The server is stopping."));
            }

            _flush ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            done = _flush.Task;
        }

        Wake();
        return done;
    }

    /// <summary>Writes out everything, then stops; what cannot be written stays in the journal.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        Wake();
        await _loop;
        _stopping.Dispose();
        _due.Dispose();
        _rows.Dispose();
    }

    private void Wake()
    {
        lock (_gate)
        {
            // Under the lock: released twice, a semaphore of one place throws.
            if (_due.CurrentCount == 0)
            {
                _due.Release();
            }
        }
    }

    private async Task LoopAsync()
    {
        var retry = FirstRetry;
        while (!_stopping.IsCancellationRequested)
        {
            // Without the token: a stop wakes it too, and what came in until then is written out in the round after the loop.
            await _due.WaitAsync(_options.WriteOutAfter);
            if (await RunAsync())
            {
                retry = FirstRetry;
                continue;
            }

            // A stop ends the pause and is no fault, so what the delay throws then is dropped.
            await Task.Delay(retry, _stopping.Token).ContinueWith(
                _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            retry = retry < MaxRetry ? 2 * retry : MaxRetry;
        }

        await RunAsync();
        lock (_gate)
        {
            _ended = true;
            _flush?.SetException(new StoreUnavailableException("The server is stopping."));
            _flush = null;
        }
    }

    /// <summary>Writes out everything that is durable now; false when the store cannot be written.</summary>
    // One round at a time: the loop's, or a simulation's.
    internal async Task<bool> RunAsync()
    {
        TaskCompletionSource? flush;
        lock (_gate)
        {
            // Behind what a failed round has left: batches reach the store in the order of the journal.
            _taken.AddRange(_waiting);
            _waiting = [];
            flush = _flush;
            _flush = null;
        }

        var slice = new List<Batch>();
        try
        {
            while (_taken.Count > 0)
            {
                var weight = 0;

                // In slices, so that other work of the store's writer gets its turn between them. One batch at least, or a large one would
                // never go.
                slice.Clear();
                slice.AddRange(_taken.TakeWhile(batch => slice.Count == 0 || (weight += batch.Weight) <= _options.WriteOutEntries));
                await WriteAsync(slice);
                _taken.RemoveRange(0, slice.Count);
            }
        }
#pragma warning disable CA1031 // Whatever it was, what is durable stays in the journal and is tried again; the loop must not end silently.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Failed(e);
            flush?.SetException(
                e as StoreUnavailableException ?? new StoreUnavailableException($"The store cannot be written ({e.Message}).", e));
            return false;
        }

        flush?.SetResult();
        return true;
    }

    private async Task WriteAsync(List<Batch> slice)
    {
        var started = TimeProvider.System.GetTimestamp();
        var now = _clock.UtcNow.ToUnixTimeMilliseconds();
        var (dropped, identities) = await _store.RunAsync(database => _rows.Write(database, slice, now));
        _filter.Added(identities);
        if (dropped > 0)
        {
            _logger.SignalsDropped(dropped, _options.MaxOutboxSignals);
        }

        var written = 0;
        foreach (var batch in slice)
        {
            // The shard may use the rows for something else as soon as it is told.
            written += batch.Weight;
            batch.Materialized = true;
        }

        lock (_gate)
        {
            _pending -= written;
            Monitor.PulseAll(_gate);
        }

        if (_fault is not null)
        {
            _fault = null;
            _logger.WriteOutRecovered();
        }

        EngineMetrics.WrittenOut(written, TimeProvider.System.GetElapsedTime(started));

        // Only now, when the store has them durably, may the journal delete its rows. Batches of refusals have none.
        var last = slice.FindLast(batch => batch.JournalId != 0);
        if (last is not null)
        {
            _journal!.WrittenOut(last.JournalId, _store.Generation);
        }

        // An idle shard would else keep what the store has until its next command.
        foreach (var shard in _shards)
        {
            shard.Wake();
        }
    }

    private void Failed(Exception cause)
    {
        if (_fault is null)
        {
            // What was not foreseen comes with its stack.
            _logger.WriteOutFailed(
                cause is StoreUnavailableException ? null : cause, cause.Message
                    + " Free disk space, or give this user the right to write.");
        }

        lock (_gate)
        {
            _fault = $"The store cannot be written ({cause.Message}). Free disk space, or give this user the right to write.";
            Monitor.PulseAll(_gate);
        }
    }
}
