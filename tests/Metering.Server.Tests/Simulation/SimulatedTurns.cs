using Metering.Server.Engine;
using Metering.Server.Loops;
using Metering.Server.Stores;
using Metering.Server.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Metering.Server.Tests.Simulation;

/// <summary>The turns of what runs beside each other in a server: each is taken here, on one thread, when the seed says so.</summary>
internal sealed class SimulatedTurns(
    SimulatedServer server, SimulatedDisk disk, SimulatedCallers callers, SeededContext context, ManualClock clock, PlantedFault fault,
    Random random)
{
    private const int MaxTurnsToRest = 10_000;
    private Task _writingOut = Task.CompletedTask;
    private Task _tidying = Task.CompletedTask;

    /// <summary>Why what tidies up beside the engine failed; null: it did not, or the disk was at fault.</summary>
    internal Exception? Fault => _tidying.Exception?.InnerException is { } cause and not StoreUnavailableException ? cause : null;

    /// <summary>The process is gone, and with it what was under way.</summary>
    internal void Forget()
    {
        context.Clear();
        (_writingOut, _tidying) = (Task.CompletedTask, Task.CompletedTask);
    }

    internal string? TakeShardTurn(MeterEngine engine)
    {
        // One that would wait for the journal or the store would wait for ever: nobody else has a thread.
        var hasRoom = engine.WriteOut.HasRoom || engine.WriteOut.Fault is not null;
        var ready = engine.Shards.Where(shard => shard.HasPlace && hasRoom).ToList();
        if (ready.Count == 0)
        {
            return null;
        }

        var which = ready[random.Next(ready.Count)];
        var waiting = which.QueueLength;
        which.Wake();
        which.Turn();
        return $"{Array.IndexOf(engine.Shards, which)} takes {waiting}";
    }

    internal static string TakeJournalTurn(MeterEngine engine)
    {
        engine.Journal.Wake();
        engine.Journal.Turn();
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
        if (engine.Store.QueueLength == 0)
        {
            return null;
        }

        engine.Store.Turn();
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
        using var retention = new Retention(engine, ahead, TimeProvider.System, new LoopStatuses(), NullLogger<Retention>.Instance);
        await retention.RunAsync(CancellationToken.None);
    }

    internal Task LearnAsync(MeterEngine engine) =>
        engine.Filter.LearnAsync(engine.Store, fault.ReadersFor(engine), CancellationToken.None);

    /// <summary>Gives all their turns until nobody waits for anything, or the disk is gone.</summary>
    internal void Rest()
    {
        for (var turns = 0; disk.IsAlive; turns++)
        {
            var engine = server.Engine!;
            var isBusy = callers.Waiting > 0 || engine.WriteOut.Pending > 0 || engine.Store.QueueLength > 0
                || context.Count > 0 || !_writingOut.IsCompleted || !_tidying.IsCompleted;
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
