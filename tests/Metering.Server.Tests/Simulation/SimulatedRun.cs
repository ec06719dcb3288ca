using Metering.Server.Engine;
using Metering.Server.Tests.Support;

namespace Metering.Server.Tests.Simulation;

/// <summary>
/// One life of a server, as a seed has it: what callers ask, when each of its threads gets its turn, what time it is, what the disk does,
/// when it dies and how it comes back. At the end everything must agree.
/// </summary>
internal sealed class SimulatedRun
{
    private readonly Random _random;
    private readonly SimulatedDisk _disk;
    private readonly SimulatedServer _server;
    private readonly SimulatedCallers _callers;
    private readonly ManualClock _clock = new();
    private readonly SeededContext _context;
    private readonly PlantedFault _fault;
    private readonly SimulatedTurns _turns;
    private readonly List<string>? _told;
    private readonly List<(string Name, int Weight, Func<MeterEngine, string?> Act)> _acts;
    private bool _isKill;
    private int _faultLeft;
    private TimeSpan _setBack;

    private SimulatedRun(int seed, string directory, PlantedFault fault, List<string>? told)
    {
        _random = new Random(seed);
        _fault = fault;
        _told = told;
        _clock.UtcNow += TimeSpan.FromMinutes(_random.Next(60 * 24 * 25));
        _context = new SeededContext(_random);
        _disk = new SimulatedDisk(_random, InitialFiles.Of(directory)) { LosesSyncs = fault.LosesSyncs };
        var options = AnyOptions.For(_random, directory);
        _server = new SimulatedServer(directory, _disk, options, _clock, fault);
        _callers = new SimulatedCallers(_random, options.Shards);
        _turns = new SimulatedTurns(_server, _disk, _callers, _context, _clock, fault, _random);
        SqliteVfs.Mount(directory, _disk);
        _acts =
        [
            ("send", 68, engine => _callers.Send(engine, _clock.UtcNow)),
            ("send list", 8, engine => _callers.SendList(engine, _clock.UtcNow)),
            ("shard", 48, _turns.TakeShardTurn),
            ("shard without clock", 1, _turns.FailShardTurn),
            ("journal", 32, _turns.TakeJournalTurn),
            ("write out", 14, _turns.WriteOut),
            ("store", 28, _turns.TakeStoreTurn),
            ("continue", 28, _turns.Continue),
            ("flush", 4, _turns.Flush),
            ("read", 10, engine => _callers.Read(engine)),
            ("clock", 12, _ => MoveClock()),
            ("retention", 4, engine => _turns.Tidy(() => _turns.RetainAsync(engine))),
            ("filter", 2, engine => _turns.Tidy(() => _turns.LearnAsync(engine))),
            ("checkpoint", 6, _ => Checkpoint()),
            ("fault", 6, _ => BreakDisk()),
            ("crash", 3, _ => Crash()),
            ("stop", 1, Stop),
        ];
    }

    /// <summary>Runs a seed.</summary>
    /// <param name="seed">What decides everything.</param>
    /// <param name="directory">A directory, for whose files the simulated disk stands.</param>
    /// <param name="fault">What is planted.</param>
    /// <param name="told">Where to tell each step; null: nowhere.</param>
    /// <exception cref="FoundException">Something does not hold.</exception>
    internal static void Run(int seed, string directory, PlantedFault fault, List<string>? told = null)
    {
        var before = SynchronizationContext.Current;
        var run = new SimulatedRun(seed, directory, fault, told);
        SynchronizationContext.SetSynchronizationContext(run._context);
        try
        {
            run.Run();
        }
        finally
        {
            run._disk.EndAfter(0);
            if (run._server.Engine is not null)
            {
                run._server.End();
            }

            run._disk.End();
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    private void Run()
    {
        _fault.Plant(_server.Options);
        Start(afterCrash: false);
        for (var steps = _random.Next(60, 160); steps > 0; steps--)
        {
            Step();
        }

        _disk.Fault = DiskFault.None;
        _disk.LiveOn();
        Conclude();
    }

    private void Step()
    {
        var at = _random.Next(_acts.Sum(act => act.Weight));
        var which = 0;
        for (; at >= _acts[which].Weight; which++)
        {
            at -= _acts[which].Weight;
        }

        if (_acts[which].Act(_server.Engine!) is { } told)
        {
            _told?.Add($"{_acts[which].Name}: {told}");
        }

        AfterStep();
        if (_faultLeft > 0 && --_faultLeft == 0)
        {
            _disk.Fault = DiskFault.None;
        }
    }

    private void AfterStep()
    {
        if (!_disk.IsAlive)
        {
            ComeBack();
            return;
        }

        _callers.Hear();
        if (_turns.Fault is { } cause)
        {
            throw new FoundException($"What tidies up failed: {cause.Message}", cause);
        }
    }

    private void ComeBack()
    {
        // Answers of the step in which it died never left.
        _callers.LoseAnswers();
        _server.End();
        _turns.Forget();
        _faultLeft = 0;
        Start(afterCrash: true);
    }

    private void Start(bool afterCrash)
    {
        do
        {
            if (!_disk.IsAlive)
            {
                _told?.Add(_isKill ? "killed" : "power lost");
                Restart();
            }

            // The next one may come while this one is being recovered from.
            if (_random.Next(4) == 0)
            {
                _isKill = _random.Next(4) == 0;
                _disk.EndAfter(_random.Next(1, 40));
            }

            _disk.Fault = _disk.Fault == DiskFault.None && _random.Next(8) == 0 ? AnyFault() : DiskFault.None;
            _faultLeft = 1;
        }
        while (!HasStarted(afterCrash));
        _told?.Add("started");
        if (_random.Next(2) == 0)
        {
            _turns.Tidy(() => _turns.LearnAsync(_server.Engine!));
        }
    }

    private bool HasStarted(bool afterCrash)
    {
        var hasStarted = _server.Start(afterCrash);
        if (!hasStarted && _disk.IsAlive)
        {
            // The process ends, and with it every connection that it had opened.
            _isKill = true;
            _disk.EndAfter(0);
        }

        return hasStarted;
    }

    // Killed alone, a process comes back to what a failed sync has lost and the system still shows. SQLite has no answer to that, so
    // nothing is claimed of it: then the machine fails too.
    private void Restart()
    {
        if (_isKill && !_disk.SeesWhatIsLost)
        {
            _disk.StartAfterKill();
        }
        else
        {
            _disk.StartAfterPowerFailure();
        }
    }

    private string MoveClock()
    {
        var by = _random.Next(12) switch
        {
            < 5 => TimeSpan.FromSeconds(_random.Next(600)),
            < 9 => TimeSpan.FromMinutes(_random.Next(600)),
            < 11 => TimeSpan.FromHours(_random.Next(60)),
            _ => -TimeSpan.FromSeconds(_random.Next(90)),
        };
        _setBack += by < TimeSpan.Zero ? -by : TimeSpan.Zero;
        _clock.UtcNow += by;
        return $"{_clock.UtcNow:O}";
    }

    private string Checkpoint()
    {
        var file = _random.Next(2) == 0 ? "meter.db" : "journal.db";
        _server.Checkpoint(file);
        return file;
    }

    private string BreakDisk()
    {
        _disk.Fault = AnyFault();
        _faultLeft = _random.Next(2, 30);
        return $"{_disk.Fault} for {_faultLeft}";
    }

    private DiskFault AnyFault() => (DiskFault)_random.Next(1, 5);

    private string Crash()
    {
        _isKill = _random.Next(4) == 0;
        var after = _random.Next(2) * _random.Next(1, 40);
        _disk.EndAfter(after);
        return $"after {after}";
    }

    private string? Stop(MeterEngine engine)
    {
        if (_disk.Fault != DiskFault.None)
        {
            return null;
        }

        _turns.Rest();
        if (_disk.IsAlive)
        {
            _server.End();
            _callers.LoseAnswers();
            Start(afterCrash: false);
        }

        return "stopped";
    }

    // Every caller who does not know asks again; then all that is known must be one and the same.
    private void Conclude()
    {
        _turns.Rest();
        for (var open = _callers.Open; open.Count > 0; open = _callers.Open)
        {
            foreach (var call in open.Take(4))
            {
                _callers.Send(_server.Engine!, call);
            }

            _turns.Rest();
            if (open[0] is { IsSettled: false } still)
            {
                throw new FoundException($"{still.License.Id}: {still.Once} is answered busy, though nothing is wrong any more.");
            }
        }

        _callers.AskAgain(_server.Engine!);
        _turns.Rest();
        foreach (var license in _callers.Licenses.Values)
        {
            _callers.Read(_server.Engine!, license);
        }

        _turns.Rest();
        _turns.Tidy(() => Task.WhenAll(_callers.Licenses.Values.Select(_server.NoteAsync)));
        _turns.Rest();

        _turns.Look();
        _server.End();
        _callers.Tell(_told);
        _callers.Check(_server.Options.ToRules().IdempotencyMemory - _setBack);
        _server.Verify();
    }
}
