using System.Collections.Concurrent;
using MeterFunctions.Entities;
using MeterFunctions.Webhooks;
using Microsoft.DurableTask.Entities;

namespace MeterFunctions.Tests.Hosting;

/// <summary>
/// A task hub in memory, for entities: it keeps signals and states as JSON, runs the real entity on each signal, and can crash between
/// the entity's run and the commit of its state, after which the signal comes again.
/// </summary>
internal sealed class TaskHub : EntityTaskHub
{
    private readonly ConcurrentDictionary<string, string> _states = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _turn = new(1, 1);

    public LicenseCounter Counter { get; set; } = null!;

    public SignalDelivery Delivery { get; set; } = null!;

    /// <summary>Signals that were sent and are kept back while <see cref="Holds"/>.</summary>
    public List<(EntityInstanceId Id, string Operation, string Input)> Held { get; } = [];

    /// <summary>Signals that entities sent to themselves, for later.</summary>
    public List<(EntityInstanceId Id, string Operation, string Input, DateTimeOffset? At)> Postponed { get; } = [];

    /// <summary>How many signals came for counters.</summary>
    public int Signals { get; private set; }

    /// <summary>Whether signals are kept back.</summary>
    public bool Holds { get; set; }

    /// <summary>What whoever signals an entity meets; null: the signal is taken.</summary>
    public Exception? Fault { get; set; }

    /// <summary>How many of the next runs end in a crash before the state is committed.</summary>
    public int Crashes { get; set; }

    public string? State(string licenseId) => _states.GetValueOrDefault(LicenseCounter.IdOf(licenseId).ToString());

    public void SetState(string licenseId, string json) => _states[LicenseCounter.IdOf(licenseId).ToString()] = json;

    /// <summary>Runs the entity on a signal until its state is committed.</summary>
    public async Task RunAsync(EntityInstanceId id, string operation, string input)
    {
        await _turn.WaitAsync();
        try
        {
            while (true)
            {
                var run = new EntityRun(id, operation, input, _states.GetValueOrDefault(id.ToString()));
                await (IsCounter(id) ? Counter.RunAsync(run) : Delivery.RunAsync(run));
                if (Crashes > 0)
                {
                    Crashes--;
                    continue;
                }

                Commit(id, run);
                return;
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Runs what is kept back.</summary>
    public async Task DeliverAsync()
    {
        var held = Held.Where(signal => IsCounter(signal.Id)).ToArray();
        Held.RemoveAll(signal => IsCounter(signal.Id));
        foreach (var (id, operation, input) in held)
        {
            await RunAsync(id, operation, input);
        }
    }

    /// <summary>Runs the entities that deliver signals, until none has anything left to do.</summary>
    public async Task DeliverSignalsAsync()
    {
        while (Held.Find(signal => IsDelivery(signal.Id)) is { Operation: not null } signal)
        {
            Held.Remove(signal);
            await RunAsync(signal.Id, signal.Operation, signal.Input);
        }
    }

    private static bool IsCounter(EntityInstanceId id) => IsNamed(id, LicenseCounter.Name);

    private static bool IsDelivery(EntityInstanceId id) => IsNamed(id, SignalDelivery.Name);

    private static bool IsNamed(EntityInstanceId id, string name) => string.Equals(id.Name, name, StringComparison.OrdinalIgnoreCase);

    private void Commit(EntityInstanceId id, EntityRun run)
    {
        Held.AddRange(run.Sent.Where(sent => IsDelivery(sent.Id)).Select(sent => (sent.Id, sent.Operation, sent.Input)));
        Postponed.AddRange(run.Sent.Where(sent => !IsDelivery(sent.Id)));
        if (run.NewState is null)
        {
            _states.TryRemove(id.ToString(), out _);
        }
        else
        {
            _states[id.ToString()] = run.NewState;
        }
    }

    public override Task SignalAsync(EntityInstanceId id, string operation, string input)
    {
        if (Fault is not null)
        {
            throw Fault;
        }

        Signals += IsCounter(id) ? 1 : 0;

        // Counters are run; what is for other entities is kept, for tests to look at.
        if (!Holds && IsCounter(id))
        {
            return RunAsync(id, operation, input);
        }

        Held.Add((id, operation, input));
        return Task.CompletedTask;
    }

    public override string? StateOf(EntityInstanceId id) => _states.GetValueOrDefault(id.ToString());

    public override ValueTask DisposeAsync()
    {
        _turn.Dispose();
        return base.DisposeAsync();
    }
}
