using Metering.Server.Engine;
using Metering.Server.Loops;
using Metering.Server.Stores;
using Metering.Server.Tests.Support;
using Metering.Server.Tests.Webhooks;
using Microsoft.Extensions.Logging.Abstractions;

namespace Metering.Server.Tests.Simulation;

/// <summary>The turns of what runs beside each other in a server: each is taken here, on one thread, when the seed says so.</summary>
internal sealed class SimulatedTurns(
    SimulatedServer server, SimulatedDisk disk, SimulatedCallers callers, SeededContext context, ManualClock clock, PlantedFault fault,
    Random random)
{
    private const int MaxTurnsToRest = 10_000;

    /// <summary>Turns that are taken in the middle of others.</summary>
    private const int MaxAtOnce = 3;

    // Whose turn has begun and not ended: it waits for the disk.
    private readonly HashSet<object> _busy = [];
    private FoundException? _found;
    private Task _writingOut = Task.CompletedTask;
    private Task _tidying = Task.CompletedTask;
    private Task _flushing = Task.CompletedTask;

    /// <summary>Why what works beside the engine failed; null: it did not, or the disk was at fault.</summary>
    internal Exception? Fault => _found ?? new[] { _tidying, _flushing }
        .Select(task => task.Exception?.InnerException)
        .FirstOrDefault(cause => cause is not null and not StoreUnavailableException);

    /// <summary>The process is gone, and with it what was under way.</summary>
    internal void Forget()
    {
        context.Clear();
        (_writingOut, _tidying, _flushing) = (Task.CompletedTask, Task.CompletedTask, Task.CompletedTask);
    }

    /// <summary>A shard's turn in which the clock cannot be read, so that its batch is given up.</summary>
    internal string? FailShardTurn(MeterEngine engine)
    {
        clock.Fault = new InvalidOperationException("The clock cannot be read.");
        var told = TakeShardTurn(engine);
        clock.Fault = null;
        return told;
    }

    internal string? TakeJournalTurn(MeterEngine engine)
    {
        if (_busy.Contains(engine.Journal))
        {
            return null;
        }

        if (random.Next(8) == 0)
        {
            engine.Journal.Probe();
        }

        engine.Journal.Wake();
        Take(engine.Journal, engine.Journal.Turn);
        return engine.Journal.Fault ?? "works";
    }

    internal string? WriteOut(MeterEngine engine)
    {
        if (!_writingOut.IsCompleted)
        {
            return null;
        }

        _writingOut = engine.WriteOut.RunAsync();
        return $"{engine.WriteOut.Pending} pending";
    }

    internal string? TakeStoreTurn(MeterEngine engine)
    {
        if (engine.Store.QueueLength == 0 || _busy.Contains(engine.Store))
        {
            return null;
        }

        Take(engine.Store, engine.Store.Turn);
        if (!_tidying.IsCompleted)
        {
            Look();
        }

        return $"generation {engine.Store.Generation}";
    }

    internal string? Continue(MeterEngine engine)
    {
        if (context.Count == 0)
        {
            return null;
        }

        context.RunOne();
        return "one";
    }

    internal string? Tidy(Func<Task> work)
    {
        if (!_tidying.IsCompleted)
        {
            return null;
        }

        Look();
        _tidying = work();
        return "begins";
    }

    /// <summary>Somebody waits until the store has everything.</summary>
    internal string? Flush(MeterEngine engine)
    {
        if (!_flushing.IsCompleted)
        {
            return null;
        }

        _flushing = FlushAsync(engine, callers.Licenses.Values.Select(license => (license, license.Shown)).ToList());
        return "begins";
    }

    // Often enough to have seen each row before retention removes it.
    internal void Look()
    {
        if (disk.IsAlive)
        {
            server.Look(callers.Licenses);
        }
    }

    internal async Task RetainAsync(MeterEngine engine)
    {
        var ahead = new ManualClock { UtcNow = clock.UtcNow + fault.RetentionAhead };

        // By this time no step takes long, so there is no rest for which a timer would have to be waited for.
        using var retention = new Retention(engine, ahead, new SettableTime(), new LoopStatuses(), NullLogger<Retention>.Instance);
        await retention.RunAsync(CancellationToken.None);
    }

    internal Task LearnAsync(MeterEngine engine) =>
        engine.Filter.LearnAsync(engine.Store, fault.ReadersFor(engine), CancellationToken.None);

    internal string? TakeShardTurn(MeterEngine engine)
    {
        // One that would wait for the journal or the store would wait for ever: nobody else has a thread. Without a clock a batch is given
        // up, which waits for all batches before it: the turn of another shard too, which may be taken in the middle of this one.
        var places = clock.Fault is null ? 1 : Shard.BatchesOut;
        var hasRoom = engine.WriteOut.HasRoom || engine.WriteOut.Fault is not null;
        var ready = engine.Shards.Where(shard => shard.FreePlaces >= places && hasRoom && !_busy.Contains(shard)).ToList();
        if (ready.Count == 0)
        {
            return null;
        }

        var which = ready[random.Next(ready.Count)];
        var waiting = which.QueueLength;
        which.Wake();
        Take(which, which.Turn);
        return $"{Array.IndexOf(engine.Shards, which)} takes {waiting}";
    }

    private void Take(object whose, Func<bool> turn)
    {
        _busy.Add(whose);
        disk.Meanwhile = Meanwhile;
        try
        {
            turn();
        }
        finally
        {
            _busy.Remove(whose);
            disk.Meanwhile = _busy.Count > 0 ? Meanwhile : null;
        }
    }

    // Called by SQLite in the middle of somebody's turn: another one takes theirs. Nothing may be thrown through SQLite.
    private void Meanwhile()
    {
        if (_busy.Count > MaxAtOnce || server.Engine is not { } engine)
        {
            return;
        }

        try
        {
            _ = random.Next(4) switch
            {
                0 => TakeShardTurn(engine),
                1 => TakeJournalTurn(engine),
                2 => TakeStoreTurn(engine),
                _ => Continue(engine),
            };
        }
#pragma warning disable CA1031 // Whatever it is, it would end the process.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _found ??= e as FoundException ?? new FoundException($"A turn failed: {e.Message}", e);
        }
    }

    private async Task FlushAsync(MeterEngine engine, List<(SimulatedLicense License, long Shown)> licenses)
    {
        await engine.FlushAsync();
        var stored = server.Stored();
        foreach (var (license, shown) in licenses)
        {
            if (stored.GetValueOrDefault(license.Id) < shown)
            {
                throw new FoundException($"{license.Id}: after a flush the store does not have entry {shown}, which had been shown.");
            }
        }
    }

    /// <summary>Gives all their turns until nobody waits for anything, or the disk is gone.</summary>
    internal void Rest()
    {
        for (var turns = 0; disk.IsAlive; turns++)
        {
            var engine = server.Engine!;
            var isBusy = callers.Waiting > 0 || engine.WriteOut.Pending > 0 || engine.Store.QueueLength > 0
                || context.Count > 0 || !_writingOut.IsCompleted || !_tidying.IsCompleted || !_flushing.IsCompleted;
            if (!isBusy)
            {
                return;
            }

            if (turns > MaxTurnsToRest)
            {
                throw new FoundException("The engine does not come to rest.");
            }

            TakeShardTurn(engine);
            TakeJournalTurn(engine);
            WriteOut(engine);
            TakeStoreTurn(engine);
            Continue(engine);
            if (disk.IsAlive)
            {
                callers.Hear();
            }
        }
    }
}
