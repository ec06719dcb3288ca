using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace Metering.Contracts.Histories;

/// <summary>Records what happens to one license, from many callers at once.</summary>
/// <param name="licenseId">The license.</param>
/// <param name="start">What the clock shows at the beginning, UTC.</param>
public sealed class HistoryRecorder(string licenseId, DateTimeOffset start)
{
    private readonly ConcurrentQueue<Operation> _operations = [];

    // What the clock showed, and from when and until when it may have: while it is being set, both.
    private readonly List<(long From, long To, DateTimeOffset Now)> _clock = [(0, Operation.Never, start)];
    private long _count;

    /// <summary>The license.</summary>
    public string LicenseId => licenseId;

    /// <summary>What was recorded. Only when nothing is under way is it whole.</summary>
    public IReadOnlyList<Operation> Operations => [.. _operations.Select(WithTimes)];

    /// <summary>What the clock was last set to.</summary>
    public DateTimeOffset Now
    {
        get
        {
            lock (_clock)
            {
                return _clock[^1].Now;
            }
        }
    }

    /// <summary>Sends commands as one list; each is an operation, and that they come in their order is not looked at.</summary>
    public async Task ApplyAsync(ILicenseMeters meters, ImmutableArray<RequestedCommand> commands)
    {
        var invoked = Tick();
        try
        {
            var results = await meters.ApplyAsync(licenseId, commands, CancellationToken.None);
            foreach (var (asked, result) in commands.Zip(results))
            {
                Add(invoked, asked.Command, asked.Once, result);
            }
        }
        catch (StoreUnavailableException)
        {
            foreach (var (command, once) in commands)
            {
                Add(invoked, command, once, null);
            }
        }
    }

    /// <summary>Sends a command.</summary>
    /// <returns>The answer; null when it is not known what became of it.</returns>
    public async Task<ApplyResult?> ApplyAsync(
        ILicenseMeters meters, Command command, Once? once = null, CancellationToken cancellationToken = default)
    {
        var invoked = Tick();
        ApplyResult? result = null;
        try
        {
            result = await meters.ApplyAsync(licenseId, command, once, cancellationToken);
        }
        catch (Exception e) when (e is OperationCanceledException or StoreUnavailableException)
        {
            // Whether it counted, the same key will tell: no more is promised.
        }

        return Add(invoked, command, once, result);
    }

    /// <summary>Brings commands on a way that gives no answers; when it ends, each has come to something.</summary>
    public async Task BringAsync(ImmutableArray<RequestedCommand> commands, Func<Task> bring)
    {
        var invoked = Tick();
        await bring();
        var returned = Tick();
        foreach (var (command, once) in commands)
        {
            _operations.Enqueue(new CommandOperation(invoked, returned, [], new Submission(licenseId, command, once), null));
        }
    }

    /// <summary>Reads the license.</summary>
    public async Task ReadAsync(ILicenseMeters meters)
    {
        var invoked = Tick();
        try
        {
            var state = await meters.ReadAsync(licenseId, CancellationToken.None);
            _operations.Enqueue(new ReadOperation(invoked, Tick(), [], state));
        }
        catch (StoreUnavailableException)
        {
            // Nothing was seen, and a read changes nothing.
        }
    }

    /// <summary>Sets the clock; by one caller at a time.</summary>
    public async Task SetClockAsync(IMeterClock clock, DateTimeOffset now)
    {
        lock (_clock)
        {
            _clock.Add((Tick(), Operation.Never, now));
        }

        await clock.SetAsync(now, CancellationToken.None);
        lock (_clock)
        {
            _clock[^2] = _clock[^2] with { To = Tick() };
        }
    }

    /// <summary>Expects that the history has a serial order.</summary>
    /// <param name="seed">With what the history was made; told when it has none.</param>
    /// <param name="ledger">What the license's ledger has at the end, which must be what the order writes; null: not looked at.</param>
    /// <returns>What the license told in that order.</returns>
    public IReadOnlyList<Signal> Check(int seed, IReadOnlyList<LedgerEntry>? ledger = null)
    {
        var verdict = Linearizability.Check(Operations, ledger);
        Assert.True(verdict.IsLinearizable, $"Seed {seed}, {licenseId}. {verdict.Why}");
        return verdict.Signals;
    }

    private ApplyResult? Add(long invoked, Command command, Once? once, ApplyResult? result)
    {
        // It says no more than that nobody knows. A fault of ours does: no order has it, so it is told.
        result = result is { Status: ApplyStatus.Busy } ? null : result;
        var returned = result is null ? Operation.Never : Tick();
        _operations.Enqueue(new CommandOperation(invoked, returned, [], new Submission(licenseId, command, once), result));
        return result;
    }

    // Afterwards, because the clock may be set while an operation is under way.
    private Operation WithTimes(Operation operation)
    {
        lock (_clock)
        {
            ImmutableArray<DateTimeOffset> times =
                [.. _clock.Where(one => one.From <= operation.Returned && one.To >= operation.Invoked).Select(one => one.Now)];
            return operation with { Times = times };
        }
    }

    private long Tick() => Interlocked.Increment(ref _count);
}
