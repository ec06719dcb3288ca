using System.Collections.Concurrent;
using Metering.Server.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Metering.Server.Engine;

/// <summary>
/// A loop that is the single writer of its licenses. It takes what has queued, applies it in memory, hands the batch to the
/// journal, and goes on with the next while that one commits.
/// </summary>
internal sealed class Shard : IDisposable
{
    /// <summary>Batches that may be applied and not yet durable.</summary>
    private const int BatchesOut = 3;

    /// <summary>A shard reads a state when a license comes back, and an answer when a key is repeated: seldom.</summary>
    private const int ReaderCacheKib = 8 * 1024;

    /// <summary>A batch is closed when its journal block has this many bytes.</summary>
    private const int BlockBytes = 4 * 1024 * 1024;

    private readonly Mailbox<ShardRequest> _requests;
    private readonly EngineOptions _options;
    private readonly EngineParts _parts;
    private readonly Database _store;
    private readonly LicenseCells _cells;
    private readonly RecentIdentities _recent = new();
    private readonly SemaphoreSlim _places = new(BatchesOut);
    private readonly ConcurrentQueue<JournalBlock> _blocks = new();
    private readonly KeptBatches _kept;
    private readonly Thread _thread;
    private readonly byte[] _decidedBy;
    private bool _reading;
    private bool _recording;
    private volatile int _epoch;

    internal Shard(int number, EngineOptions options, EngineParts parts)
    {
        _options = options;
        _parts = parts;
        _kept = new KeptBatches(_recent);
        _decidedBy = DecidedBy.Now(options.Rules).ToBytes();
        _requests = new Mailbox<ShardRequest>(options.QueueLength);
        _store = Database.OpenReader(parts.StoreFile, ReaderCacheKib);
        _cells = new LicenseCells(Math.Max(1, options.CachedLicenses / options.Shards));
        _thread = new Thread(Work) { Name = $"shard {number}", IsBackground = true };
    }

    /// <summary>The epoch that may still be made durable. A failed commit ends one.</summary>
    internal int Epoch => _epoch;

    internal int QueueLength => _requests.Count;

    internal int CellCount => _cells.Count;

    internal void Start() => _thread.Start();

    /// <summary>The state as it was last made durable, if it is in memory.</summary>
    internal LicenseState? FindCommitted(string licenseId) => _cells.Find(licenseId) is { } cell ? Use(cell).Committed : null;

    /// <summary>Sends a request; false when too many wait.</summary>
    internal bool TryPost(ShardRequest request) => _requests.TryPost(request);

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
    internal void EndEpoch(int epoch) => _epoch = Math.Max(_epoch, epoch + 1);

    /// <summary>The store has got batches: lets the loop forget what it kept for them.</summary>
    internal void Wake() => _requests.Wake();

    /// <summary>Applies what has queued, then ends.</summary>
    public void Dispose()
    {
        _requests.Close();
        if (_thread.IsAlive)
        {
            _thread.Join();
        }

        _store.Dispose();
        _places.Dispose();
    }

    private static LicenseCell Use(LicenseCell cell)
    {
        if (!cell.Used)
        {
            cell.Used = true;
        }

        return cell;
    }

    private void Work()
    {
        var requests = new List<ShardRequest>();
        while (_requests.Drain(requests, _options.BatchSize))
        {
            var at = 0;
            while (at < requests.Count)
            {
                if (!_parts.WriteOut.WaitForRoom())
                {
                    Refuse(requests, at);
                    break;
                }

                _places.Wait();
                CatchUp();
                at = Apply(requests, at);
            }

            CatchUp();
            _cells.MakeRoom();
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
            _kept.Epoch);
        var first = at;
        try
        {
            var now = _parts.Clock.UtcNow;
            while (at < requests.Count && batch.Block!.Bytes.Length < BlockBytes)
            {
                switch (requests[at++])
                {
                    case PendingCommand command:
                        batch.Commands.Add(command);
                        Apply(command, batch, now);
                        break;
                    case LoadRequest load:
                        Load(load);
                        break;
                }
            }

            EndReading();
        }
#pragma warning disable CA1031 // Faults of one command are its caller's and were caught; whatever else it is, the shard must go on.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _parts.Logger.BatchFailed(e);
            GiveUp(batch);
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
        _recording = false;
        batch.Failed = true;
        batch.Commands = [];
        EndEpoch(_kept.Epoch);
        _kept.Add(batch);
        Confirmed(batch);
        CatchUp();
    }

    private void Apply(PendingCommand command, Batch batch, DateTimeOffset now)
    {
        try
        {
            var cell = Cell(command.LicenseId);
            var turn = Turn.Take(cell.Current, command.Submission, new CommandMemory(this, cell, command), now, _options.Rules);
            if (turn is Outcome outcome && !ReferenceEquals(outcome.State, cell.Current))
            {
                Record(command, cell, outcome, batch, now);
            }

            command.Result = turn.ToApplyResult();
        }
        catch (SqliteException e) when (!_recording)
        {
            // The store cannot be read: nothing was counted.
            _parts.Logger.CommandFailed(e, command.LicenseId, command.Command.GetType().Name);
            command.Result = ApplyResult.Busy;
        }
#pragma warning disable CA1031 // A fault in one command must not stop the shard; its caller gets it.
        catch (Exception e) when (!_recording)
#pragma warning restore CA1031
        {
            _parts.Logger.CommandFailed(e, command.LicenseId, command.Command.GetType().Name);
            command.Failure = e;
        }
    }

    private void Record(PendingCommand command, LicenseCell cell, Outcome outcome, Batch batch, DateTimeOffset now)
    {
        // From here on a fault would leave half of the outcome in the batch; so it is the batch's, and not this command's alone.
        _recording = true;
        if (cell.Key == 0)
        {
            cell.Key = _parts.NewLicenseKey();
            _cells.Add(cell);
        }

        var (remembered, checksum) = batch.Applied.Add(command, cell, outcome);
        if (outcome.Entries.Length > 0)
        {
            // The time that counted for the license (rule 2), so that a replay needs nothing that was not journaled.
            batch.Block!.Add(command, now, outcome.State.LastSeen, outcome.State.Sequence, checksum);
        }

        if (remembered >= 0)
        {
            _recent.Add(batch.Applied, remembered);
        }

        SetState(cell, outcome.State, batch);
        _recording = false;
    }

    private static void SetState(LicenseCell cell, LicenseState state, Batch batch)
    {
        var states = batch.Applied.States;
        cell.Current = state;
        if (cell.LastBatch == batch)
        {
            states[cell.StateIndex] = (cell, state);
        }
        else
        {
            cell.LastBatch = batch;
            cell.StateIndex = states.Count;
            states.Add((cell, state));
        }
    }

    private Remembered? FindRemembered(IdentityKey identity) =>
        _recent.Find(identity)
        ?? (_parts.Filter.MayHold(IdentityTable.IdOf(identity)) ? LicenseStates.FindRemembered(Reader(), identity) : null);

    private LicenseCell Cell(string licenseId)
    {
        if (_cells.Find(licenseId) is { } known)
        {
            return Use(known);
        }

        var stored = LicenseStates.Find(Reader(), licenseId, _parts.Terms);
        if (stored is null)
        {
            // It takes a place in memory when it is opened.
            return new LicenseCell(licenseId, 0);
        }

        var cell = new LicenseCell(licenseId, stored.Key) { Current = stored.State, Committed = stored.State };
        _cells.Add(cell);
        return cell;
    }

    private void Load(LoadRequest load)
    {
        try
        {
            load.Complete(Cell(load.LicenseId).Committed);
        }
#pragma warning disable CA1031 // It is the caller's, and must not stop the shard.
        catch (Exception e)
#pragma warning restore CA1031
        {
            load.Fail(e);
        }
    }

    private Database Reader()
    {
        if (!_reading)
        {
            _store.BeginRead();
            _reading = true;
        }

        return _store;
    }

    private void EndReading()
    {
        if (_reading)
        {
            // Nothing was written, so there is nothing to commit, and ending it this way does not fail.
            _reading = false;
            _store.Rollback();
        }
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
                    Load(load);
                    break;
            }
        }

        EndReading();
    }

    /// <summary>What is remembered of a command's license, whether the store has it or it is still on its way there.</summary>
    private readonly struct CommandMemory(Shard shard, LicenseCell cell, PendingCommand command) : ITurnMemory
    {
        // The hashes of its key and event were made where the command came in: there is more than one thread for it there.
        public Remembered? FindByKey(string key) => shard.FindRemembered(new IdentityKey(cell.Key, command.KeyHash));

        public Remembered? FindByEvent(string eventId) => shard.FindRemembered(new IdentityKey(cell.Key, command.EventHash));
    }
}
