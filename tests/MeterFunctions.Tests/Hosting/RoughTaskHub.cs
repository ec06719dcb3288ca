using MeterFunctions.Entities;
using MeterFunctions.Webhooks;
using Metering;
using Microsoft.DurableTask.Entities;

namespace MeterFunctions.Tests.Hosting;

/// <summary>
/// A task hub of several instances that does what a real one may do to entities: it delivers signals twice and out of their order, runs the
/// same operation on two instances at once, and loses an entity between its commit to the storage and its own history. Drawn from a seed.
/// </summary>
internal sealed class RoughTaskHub(int seed) : EntityTaskHub
{
    private const int OutOfOrderOneIn = 5;
    private const int TwiceOneIn = 8;
    private const int AtOnceOneIn = 6;
    private const int DiesOneIn = 6;

    private readonly Lock _turn = new();
    private readonly Random _random = new(seed);
    private readonly List<RoughInstance> _instances = [];
    private readonly Dictionary<string, Entity> _entities = new(StringComparer.Ordinal);

    /// <summary>Whether it behaves: nothing happens but what was asked.</summary>
    public bool IsCalm { get; set; }

    /// <summary>Adds an instance that runs entities.</summary>
    public void Add(RoughInstance instance)
    {
        lock (_turn)
        {
            _instances.Add(instance);
        }
    }

    /// <summary>Waits until no signal is left.</summary>
    public async Task DrainAsync()
    {
        while (Working() is { Length: > 0 } working)
        {
            await Task.WhenAll(working);
        }
    }

    public override Task SignalAsync(EntityInstanceId id, string operation, string input)
    {
        lock (_turn)
        {
            Send(id, operation, input);
        }

        return Task.CompletedTask;
    }

    public override string? StateOf(EntityInstanceId id)
    {
        lock (_turn)
        {
            return _entities.GetValueOrDefault(id.ToString())?.State;
        }
    }

    private Task[] Working()
    {
        lock (_turn)
        {
            return [.. _entities.Values.Where(entity => entity.Signals.Count > 0).Select(entity => entity.Work)];
        }
    }

    private void Send(EntityInstanceId id, string operation, string input)
    {
        // What waits in the queues of webhooks lies in rows; nothing is sent from them here.
        if (IsNamed(id, WebhookQueue.Name))
        {
            return;
        }

        if (!_entities.TryGetValue(id.ToString(), out var entity))
        {
            _entities[id.ToString()] = entity = new Entity();
        }

        entity.Signals.Add((operation, input));
        if (entity.Signals.Count == 1)
        {
            entity.Work = Task.Run(() => WorkAsync(id, entity));
        }
    }

    private async Task WorkAsync(EntityInstanceId id, Entity entity)
    {
        while (Next(entity) is { } signal)
        {
            var run = await RunAsync(id, signal, entity.State);
            lock (_turn)
            {
                // Only now: whoever looks at the number of signals must not find the entity idle.
                entity.Signals.Remove(signal);
                if (run is null)
                {
                    continue;
                }

                entity.State = run.NewState;
                foreach (var (to, operation, input, _) in run.Sent)
                {
                    Send(to, operation, input);
                }
            }
        }
    }

    private (string Operation, string Input)? Next(Entity entity)
    {
        lock (_turn)
        {
            if (entity.Signals.Count == 0)
            {
                return null;
            }

            var at = entity.Signals.Count > 1 && Happens(OutOfOrderOneIn) ? 1 : 0;
            if (Happens(TwiceOneIn))
            {
                entity.Signals.Add(entity.Signals[at]);
            }

            return entity.Signals[at];
        }
    }

    // What the run came to that is kept; null when the operation threw: then its signal is gone and nothing else has happened.
    private async Task<EntityRun?> RunAsync(EntityInstanceId id, (string Operation, string Input) signal, string? state)
    {
        while (true)
        {
            var (one, other, dies) = Draw();
            var first = TryAsync(one, id, signal, state);
            var second = other is null ? Task.FromResult<(bool, EntityRun?)>((true, null)) : TryAsync(other, id, signal, state);
            var (isWhole, run) = await first;
            await second;

            // The other one's history lost against the first's; what it did to the storage stays.
            if (isWhole && !dies)
            {
                return run;
            }
        }
    }

    private static async Task<(bool IsWhole, EntityRun? Run)> TryAsync(
        RoughInstance instance, EntityInstanceId id, (string Operation, string Input) signal, string? state)
    {
        var run = new EntityRun(id, signal.Operation, signal.Input, state);
        try
        {
            await (IsNamed(id, LicenseCounter.Name) ? instance.Counter.RunAsync(run) : instance.Delivery.RunAsync(run));
            return (!instance.IsDead, run);
        }
        catch (StoreUnavailableException)
        {
            return (!instance.IsDead, null);
        }
    }

    private (RoughInstance One, RoughInstance? Other, bool Dies) Draw()
    {
        lock (_turn)
        {
            _instances.RemoveAll(instance => instance.IsDead);
            var one = _instances[_random.Next(_instances.Count)];
            var other = Happens(AtOnceOneIn) ? _instances[_random.Next(_instances.Count)] : null;
            return (one, ReferenceEquals(one, other) ? null : other, Happens(DiesOneIn));
        }
    }

    private bool Happens(int oneIn) => !IsCalm && _random.Next(oneIn) == 0;

    private static bool IsNamed(EntityInstanceId id, string name) => string.Equals(id.Name, name, StringComparison.OrdinalIgnoreCase);

    private sealed class Entity
    {
        public List<(string Operation, string Input)> Signals { get; } = [];

        public string? State { get; set; }

        public Task Work { get; set; } = Task.CompletedTask;
    }
}
