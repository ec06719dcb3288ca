using System.Collections.Immutable;
using Metering.Server.Engine;
using Metering.Tests.Properties;

namespace Metering.Server.Tests.Simulation;

/// <summary>Those who send commands to the engine, read states, and keep what they were told.</summary>
internal sealed class SimulatedCallers
{
    private const int MaxListed = 4;
    private const int MaxAskedAgain = 8;
    private readonly Random _random;
    private readonly List<SentCommand> _sent = [];
    private readonly List<(SimulatedCall[] Calls, Task<ImmutableArray<ApplyResult>> Answers, long ShownBefore)> _lists = [];
    private readonly List<(SimulatedLicense License, Task<LicenseState?> State, long ShownBefore)> _reads = [];
    private int _names;

    internal SimulatedCallers(Random random, int shards)
    {
        _random = random;
        for (var i = 0; i < 5; i++)
        {
            var id = i < 2 ? $"lic_ref_{i}" : $"lic_any_{i}";
            var open = i < 2 ? ByReference.Open(id) : new Scenario(random.Next()).Open with { LicenseId = id };
            Licenses.Add(id, new SimulatedLicense(id, i % shards, open));
        }
    }

    internal Dictionary<string, SimulatedLicense> Licenses { get; } = new(StringComparer.Ordinal);

    /// <summary>How many wait for an answer.</summary>
    internal int Waiting => _sent.Count + _lists.Count + _reads.Count;

    /// <summary>Calls with a key or event id, of which nobody knows what they came to.</summary>
    internal List<SimulatedCall> Open =>
        [.. Licenses.Values.SelectMany(license => license.Calls).Where(call => call.Once is not null && !call.IsSettled)];

    /// <summary>Some of those ask again who know what their call came to.</summary>
    internal void AskAgain(MeterEngine engine)
    {
        SimulatedCall[] settled =
            [.. Licenses.Values.SelectMany(license => license.Calls).Where(call => call.Once is not null && call.IsSettled)];
        _random.Shuffle(settled);
        foreach (var call in settled.Take(MaxAskedAgain))
        {
            Send(engine, call);
        }
    }

    /// <summary>Compares what callers were told, and what the reference meter comes to, with the ledger.</summary>
    /// <param name="memory">How long keys are remembered, at least.</param>
    internal void Check(TimeSpan memory)
    {
        foreach (var license in Licenses.Values)
        {
            license.Check(memory);
            if (license.IsByReference)
            {
                ByReference.Check(license);
            }
        }
    }

    /// <summary>Somebody sends a command: a new one, or one that was sent before.</summary>
    internal string Send(MeterEngine engine, DateTimeOffset now)
    {
        var license = AnyLicense();
        var call = NextCall(license, now);
        Send(engine, call);
        return $"{license.Id} {call.Command.GetType().Name} {call.Once}";
    }

    internal void Send(MeterEngine engine, SimulatedCall call)
    {
        var command = new SentCommand(call, call.License.Shown);
        if (engine.Shards[call.License.Shard].TryPost(command))
        {
            call.IsSettled = false;
            _sent.Add(command);
        }
    }

    /// <summary>Somebody sends a few commands in one piece.</summary>
    internal string SendList(MeterEngine engine, DateTimeOffset now)
    {
        var license = AnyLicense();
        SimulatedCall[] calls = [.. Enumerable.Range(0, _random.Next(2, MaxListed + 1)).Select(_ => NextCall(license, now))];
        var list = new CommandList(license.Id, [.. calls.Select(call => new RequestedCommand(call.Command, call.Once))]);
        if (engine.Shards[license.Shard].TryPost(list.Commands))
        {
            Array.ForEach(calls, call => call.IsSettled = false);
            _lists.Add((calls, list.WaitAsync(CancellationToken.None).AsTask(), license.Shown));
        }

        return $"{license.Id} {string.Join(", ", calls.Select(call => $"{call.Command.GetType().Name} {call.Once}"))}";
    }

    /// <summary>Somebody reads a license.</summary>
    internal string Read(MeterEngine engine, SimulatedLicense? which = null)
    {
        var license = which ?? AnyLicense();
        var shard = engine.Shards[license.Shard];
        if (shard.FindCommitted(license.Id) is { } state)
        {
            license.Read(state, license.Shown);
            return $"{license.Id} at {state.Sequence}";
        }

        var load = new LoadRequest(license.Id);
        if (shard.TryPost(load))
        {
            _reads.Add((license, load.Loaded, license.Shown));
        }

        return $"{license.Id} from the store";
    }

    /// <summary>Takes the answers that have come.</summary>
    internal void Hear()
    {
        foreach (var sent in Taken(_sent, sent => sent.IsAnswered))
        {
            sent.Call.License.Answer(sent.Call, sent.ShownBefore, sent.Result!);
        }

        foreach (var (calls, answers, shownBefore) in Taken(_lists, list => list.Answers.IsCompleted))
        {
            for (var i = 0; i < calls.Length; i++)
            {
                calls[i].License.Answer(calls[i], shownBefore, answers.Result[i]);
            }
        }

        foreach (var (license, state, shownBefore) in Taken(_reads, read => read.State.IsCompleted))
        {
            // What could not be read has shown nothing.
            if (state.IsCompletedSuccessfully)
            {
                license.Read(state.Result, shownBefore);
            }
        }
    }

    /// <summary>Tells what the ledger has shown.</summary>
    internal void Tell(List<string>? told) => told?.AddRange(
        from license in Licenses.Values
        from entry in license.Entries
        select $"{license.Id}: {entry.Sequence} at {entry.At:O} {entry.Kind} {entry.Amount} {entry.IdempotencyKey} {entry.EventId}");

    /// <summary>The server is gone, and nobody gets an answer any more.</summary>
    internal void LoseAnswers()
    {
        _sent.Clear();
        _lists.Clear();
        _reads.Clear();
    }

    private static List<T> Taken<T>(List<T> from, Predicate<T> isOver)
    {
        var taken = from.FindAll(isOver);
        from.RemoveAll(isOver);
        return taken;
    }

    private SimulatedLicense AnyLicense() => Licenses.Values.ElementAt(_random.Next(Licenses.Count));

    private SimulatedCall NextCall(SimulatedLicense license, DateTimeOffset now)
    {
        var named = license.Calls.FindAll(call => call.Once is not null);
        if (license.Shown == 0 && named.Count > 0 && _random.Next(3) > 0)
        {
            // Its opening.
            return named[0];
        }

        if (named.Count > 0 && _random.Next(4) == 0)
        {
            var open = named.FindAll(call => !call.IsSettled);
            return open.Count > 0 && _random.Next(2) == 0 ? open[_random.Next(open.Count)] : named[_random.Next(named.Count)];
        }

        var call = NewCall(license, license.Calls.Count == 0 ? license.Open : NewCommand(license, now));
        license.Calls.Add(call);
        return call;
    }

    private Command NewCommand(SimulatedLicense license, DateTimeOffset now)
    {
        if (license.IsByReference)
        {
            return ByReference.Any(_random, license.State, now);
        }

        var step = new Step(_random.Next(100), _random.Next(1_000), _random.Next(1_000), _random.Next(1_000), 0);
        return license.State is { } state ? Playing.CommandOf(state, now, step) : new Consume { FeatureCode = "calls" };
    }

    private SimulatedCall NewCall(SimulatedLicense license, Command command)
    {
        var name = ++_names;
        var (key, body) = ($"key-{name}", $"body-{name}");
        return (_random.Next(10), command) switch
        {
            ( < 2, Use use) => new SimulatedCall(
                license, use with { EventId = $"event-{name}" }, Once.ByKey(key, body, $"event-{name}")),
            (2, RecordUse use) => new SimulatedCall(license, use with { EventId = $"event-{name}" }, Once.ByEvent($"event-{name}")),
            (3, Consume) when !license.IsByReference => new SimulatedCall(license, command, null),
            _ => new SimulatedCall(license, command, Once.ByKey(key, body)),
        };
    }
}
