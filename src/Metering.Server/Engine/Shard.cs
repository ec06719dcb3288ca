using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Metering.Server.Engine;

/// <summary>
/// A loop that is the single writer of its licenses. It takes what has queued, applies it in memory, hands the batch to the
/// journal, and goes on with the next while that one commits.
/// </summary>
internal sealed class Shard : IDisposable
{
    /// <summary>Batches that may be applied and not yet durable.</summary>
    // One commits, one waits for the next commit, one is applied: so neither this thread nor the journal's waits for the other.
    internal const int BatchesOut = 3;

    /// <summary>A batch is closed when its journal block has this many bytes.</summary>
    // The number of commands does not bound a batch, because one command may carry large metadata.
    private const int BlockBytes = 4 * 1024 * 1024;

    private readonly Mailbox<ShardRequest> _requests;
    private readonly ServerOptions _options;
    private readonly EngineParts _parts;
    private readonly ShardLicenses _licenses;
    private readonly ShardTurns _turns;
    private readonly SemaphoreSlim _places = new(BatchesOut);

    // The journal's thread gives them back. They are used again, because each has grown to the size of a batch.
    private readonly ConcurrentQueue<JournalBlock> _blocks = new();
    private readonly KeptBatches _kept;
    private readonly List<ShardRequest> _taken = [];
    private readonly Thread _thread;
    private readonly byte[] _decidedBy;

    // The journal's thread raises it, and this one reads it.
    private volatile int _epoch;

    internal Shard(int number, ServerOptions options, EngineParts parts)
    {
        _options = options;
        _parts = parts;
        var unwritten = new UnwrittenIdentities();
        var rules = options.ToRules();
        _kept = new KeptBatches(unwritten);
        _licenses = new ShardLicenses(Math.Max(1, options.MaxCachedLicenses / options.Shards), unwritten, parts);
        _turns = new ShardTurns(_licenses, unwritten, rules, parts);
        _decidedBy = DecidedBy.Now(rules).ToBytes();
        _requests = new Mailbox<ShardRequest>(options.MaxShardQueue);

        // Not a thread of the pool: it blocks on the mailbox, on places and on SQLite.
        _thread = new Thread(Work) { Name = $"shard {number}", IsBackground = true };
    }

    /// <summary>The epoch that may still be made durable. A failed commit ends one.</summary>
    internal int Epoch => _epoch;

    internal int QueueLength => _requests.Count;

    internal int CellCount => _licenses.Count;

    /// <summary>How many batches may be applied now without waiting for the journal.</summary>
    internal int FreePlaces => _places.CurrentCount;

    internal void Start() => _thread.Start();

    /// <summary>The state as it was last made durable, if it is in memory.</summary>
    internal LicenseState? FindCommitted(string licenseId) => _licenses.FindCommitted(licenseId);

    /// <summary>The same, without counting as a use that keeps the license in memory.</summary>
    internal LicenseState? PeekCommitted(string licenseId) => _licenses.PeekCommitted(licenseId);

    /// <summary>Sends a request; false when too many wait.</summary>
    internal bool TryPost(ShardRequest request) => _requests.TryPost(request);

    /// <summary>Sends requests that stay together, all or none; false when too many wait.</summary>
    internal bool TryPost(ReadOnlySpan<ShardRequest> requests) => _requests.TryPost(requests);

    /// <summary>The journal is done with a batch, one way or the other.</summary>
    internal void Confirmed(Batch batch)
    {
        if (batch.Block is { } block)
        {
            block.Clear();
            _blocks.Enqueue(block);
        }

        _places.Release();
    }

    /// <summary>A batch of this epoch could not be made durable, so nothing later of the epoch may be.</summary>
    // No lock: the journal's thread calls it while batches of this shard are out, and the shard only when none is (GiveUp).
    internal void EndEpoch(int epoch) => _epoch = Math.Max(_epoch, epoch + 1);

    /// <summary>The store has got batches: lets the loop forget what it kept for them.</summary>
    internal void Wake() => _requests.Wake();

    /// <summary>Applies what has queued, then ends.</summary>
    public void Dispose()
    {
        _requests.Close();

        // Join throws on a thread that was never started.
        if (_thread.IsAlive)
        {
            _thread.Join();
        }

        _licenses.Dispose();
        _places.Dispose();
    }

    /// <summary>Applies what has queued, or waits until something has; false at the end.</summary>
    internal bool Turn()
    {
        if (!_requests.Drain(_taken, _options.MaxShardBatch))
        {
            return false;
        }

        var at = 0;
        while (at < _taken.Count)
        {
            // What the store does not have yet lies in memory. Without this bound a store that cannot be written would fill it.
            if (!_parts.WriteOut.WaitForRoom())
            {
                Refuse(_taken, at);
                break;
            }

            // In this order: a commit may fail while this waits, and the next batch must not be applied on states that are to be taken
            // back. Where it fails later, the batch carries an epoch that has ended, and the journal refuses it.
            _places.Wait();
            CatchUp();
            at = Apply(_taken, at);
        }

        CatchUp();
        _licenses.MakeRoom();
        return true;
    }

    private void Work()
    {
        while (Turn())
        {
        }

        // Whoever closes the engine finds every batch answered.
        for (var i = 0; i < BatchesOut; i++)
        {
            _places.Wait();
        }
    }

    private int Apply(List<ShardRequest> requests, int at)
    {
        var batch = new Batch(
            this,
            _blocks.TryDequeue(out var block) ? block : new JournalBlock(_decidedBy),
            _kept.NewRows(),
            _kept.Epoch)
        {
            // At its largest possible size: a list that grows discards arrays that add up to as much as it holds.
            Commands = new List<PendingCommand>(requests.Count - at),
        };
        var first = at;
        try
        {
            // One reading for all of the batch, because the journal's block keeps the host's time once.
            var now = _parts.Clock.UtcNow;
            while (at < requests.Count && batch.Block!.Length < BlockBytes)
            {
                switch (requests[at++])
                {
                    case PendingCommand command:
                        batch.Commands.Add(command);
                        _turns.Take(command, batch, now);
                        break;
                    case LoadRequest load:
                        _licenses.Load(load);
                        break;
                }
            }

            _licenses.EndReading();
        }
#pragma warning disable CA1031 // Faults of one command are its caller's and were caught; whatever else it is, the shard must go on.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _parts.Logger.BatchFailed(e);
            GiveUp(batch);

            // From the first one on: what had been applied was taken back with the batch.
            Refuse(requests, first);
            return requests.Count;
        }

        _kept.Add(batch);
        _parts.Journal.Post(batch);
        return at;
    }

    // The batches before it must be durable or failed first: what is taken back here must not become durable after all.
    private void GiveUp(Batch batch)
    {
        for (var others = 1; others < BatchesOut; others++)
        {
            _places.Wait();
        }

        _places.Release(BatchesOut - 1);
        _turns.GiveUp();
        batch.Failed = true;
        batch.Commands = [];
        EndEpoch(_kept.Epoch);
        _kept.Add(batch);
        Confirmed(batch);
        CatchUp();
    }

    /// <summary>
    /// Takes back what a failed commit undid, and forgets what the store has by now. No read transaction is open here, so a later
    /// look-up sees in the store what is forgotten.
    /// </summary>
    private void CatchUp()
    {
        if (_kept.Epoch < _epoch)
        {
            _kept.TakeBack(_epoch);
        }

        _kept.Forget();
    }

    private void Refuse(List<ShardRequest> requests, int from)
    {
        for (var i = from; i < requests.Count; i++)
        {
            switch (requests[i])
            {
                case PendingCommand command:
                    command.AnswerBusy();
                    break;
                case LoadRequest load:
                    _licenses.Load(load);
                    break;
            }
        }

        _licenses.EndReading();
    }
}
