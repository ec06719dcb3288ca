using System.Collections.Concurrent;
using System.Text.Json;
using System.Threading.Channels;
using MeterFunctions.Entities;
using MeterFunctions.Orchestrations;
using MeterFunctions.Tests.Hosting;
using MeterFunctions.Webhooks;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Client.Entities;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Metering.Conformance.Client;

/// <summary>
/// A task hub in memory that runs the app's entities and orchestrations: each entity takes its signals one after the other, beside
/// its callers, and what it sends leaves with its state. What the app does not use is not there.
/// </summary>
internal sealed class MemoryTaskHub : DurableTaskClient
{
    private readonly ConcurrentDictionary<EntityInstanceId, Entity> _entities = new();
    private readonly ConcurrentDictionary<string, Task> _instances = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Func<TaskEntityOperation, ValueTask>> _runners;
    private readonly CancellationTokenSource _end = new();
    private readonly ILoggerFactory _loggers;
    private readonly ILogger _logger;
    private readonly LicenseCounter _counter;
    private readonly SignalDelivery _signals;
    private readonly DeliveryOrchestration _deliveries;
    private readonly MigrationOrchestration _migrations;
    private readonly SignalSweep _sweep;

    public MemoryTaskHub(IServiceProvider services)
        : base("memory")
    {
        _loggers = services.GetRequiredService<ILoggerFactory>();
        _logger = _loggers.CreateLogger<MemoryTaskHub>();
        (_counter, _signals, _sweep) = (new LicenseCounter(services), new SignalDelivery(services), new SignalSweep(services));
        (_deliveries, _migrations) = (new DeliveryOrchestration(services), new MigrationOrchestration(services));
        var queue = new WebhookQueue(TimeProvider.System, _loggers.CreateLogger<WebhookQueue>());

        // The names of entities are compared without case.
        _runners = new(StringComparer.OrdinalIgnoreCase)
        {
            [LicenseCounter.Name] = async operation => await _counter.RunAsync(operation),
            [SignalDelivery.Name] = async operation => await _signals.RunAsync(operation),
            [WebhookQueue.Name] = async operation => await queue.RunAsync(operation, this),
            [FinishedInstances.Name] = operation =>
            {
                _instances.TryRemove(operation.GetInput<FinishedInstance>()!.InstanceId, out _);
                return ValueTask.CompletedTask;
            },
        };
    }

    public override DurableEntityClient Entities => new EntityClient(this);

    /// <summary>Sends a signal, now or at its time.</summary>
    public void Signal(EntityInstanceId id, string operation, string input, DateTimeOffset? at = null)
    {
        if (at is { } later && later > DateTimeOffset.UtcNow)
        {
            _ = Task.Delay(later - DateTimeOffset.UtcNow, _end.Token).ContinueWith(
                _ => Signal(id, operation, input), _end.Token, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
            return;
        }

        _entities.GetOrAdd(id, static (id, hub) => new Entity(hub, id), this).Signal(operation, input);
    }

    /// <summary>Runs an activity.</summary>
    public async Task<object?> CallActivityAsync(string name, object? input)
    {
        switch (name)
        {
            case DeliveryOrchestration.SendName:
                return await _deliveries.SendAsync((QueueWork)input!, this, _end.Token);
            case SignalSweep.PageName:
                return await _sweep.SweepAsync((SweepWork)input!, this, _end.Token);
            case MigrationOrchestration.PageName:
                return await _migrations.MovePageAsync((MigrationWork)input!, this, _end.Token);
            case MigrationOrchestration.KeepName:
                await _migrations.KeepAsync((Migration)input!, _end.Token);
                return null;
            case FinishedInstances.PurgeLater:
                await FinishedInstances.PurgeLaterAsync((string)input!, this);
                return null;
            default:
                throw new NotSupportedException($"There is no activity {name}.");
        }
    }

    public override Task<string> ScheduleNewOrchestrationInstanceAsync(
        TaskName orchestratorName, object? input = null, StartOrchestrationOptions? options = null,
        CancellationToken cancellation = default)
    {
        var instance = options?.InstanceId ?? Guid.NewGuid().ToString("N");
        _instances.GetOrAdd(instance, id => Task.Run(() => RunAsync(orchestratorName.Name, id, input), CancellationToken.None));
        return Task.FromResult(instance);
    }

    public override async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Task.WhenAll(_instances.Values.Concat(_entities.Values.Select(entity => entity.StopAsync())));
        _end.Dispose();
    }

    public override Task RaiseEventAsync(
        string instanceId, string eventName, object? eventPayload = null, CancellationToken cancellation = default) =>
        throw new NotSupportedException();

    public override Task<OrchestrationMetadata> WaitForInstanceStartAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) => throw new NotSupportedException();

    public override Task<OrchestrationMetadata> WaitForInstanceCompletionAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) => throw new NotSupportedException();

    public override Task SuspendInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        throw new NotSupportedException();

    public override Task ResumeInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        throw new NotSupportedException();

    public override Task<OrchestrationMetadata?> GetInstancesAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        Task.FromResult(_instances.ContainsKey(instanceId)
            ? new OrchestrationMetadata("", instanceId) { RuntimeStatus = OrchestrationRuntimeStatus.Running }
            : null);

    public override Microsoft.DurableTask.AsyncPageable<OrchestrationMetadata> GetAllInstancesAsync(OrchestrationQuery? filter = null) =>
        throw new NotSupportedException();

    private async Task RunAsync(string name, string instance, object? input)
    {
        var context = new MemoryOrchestration(this, name, instance, input, _loggers, _end.Token);
        try
        {
            do
            {
                switch (name)
                {
                    case DeliveryOrchestration.Name:
                        await DeliveryOrchestration.RunAsync(context, context.GetInput<QueueWork>()!);
                        break;
                    case SignalSweep.Name:
                        await SignalSweep.RunAsync(context, context.GetInput<SweepWork>()!);
                        break;
                    case MigrationOrchestration.Name:
                        await MigrationOrchestration.RunAsync(context, context.GetInput<MigrationWork>()!);
                        break;
                    default:
                        throw new NotSupportedException($"There is no orchestration {name}.");
                }
            }
            while (context.TakeNewInput());
        }
        catch (Exception) when (_end.IsCancellationRequested)
        {
            // The hub has been stopped; nobody waits for the orchestration any more.
        }
        catch (Exception fault)
        {
            _logger.OrchestrationFailed(fault, name, instance);
        }
    }

    private sealed class Entity
    {
        private readonly Channel<(string Operation, string Input)> _signals = Channel.CreateUnbounded<(string, string)>();
        private readonly MemoryTaskHub _hub;
        private readonly EntityInstanceId _id;
        private readonly Task _run;
        private volatile string? _state;

        public Entity(MemoryTaskHub hub, EntityInstanceId id)
        {
            (_hub, _id) = (hub, id);
            _run = Task.Run(RunAsync);
        }

        public string? State => _state;

        public void Signal(string operation, string input) => _signals.Writer.TryWrite((operation, input));

        public Task StopAsync()
        {
            _signals.Writer.TryComplete();
            return _run;
        }

        private async Task RunAsync()
        {
            await foreach (var (operation, input) in _signals.Reader.ReadAllAsync())
            {
                var run = new EntityRun(_id, operation, input, _state);
                try
                {
                    await _hub._runners[_id.Name](run);
                }
                catch (Exception fault)
                {
                    // As in a real hub: an operation that throws changes nothing, sends nothing, and its signal is gone.
                    _hub._logger.OperationFailed(fault, _id, operation);
                    continue;
                }

                _state = run.NewState;
                foreach (var sent in run.Sent)
                {
                    _hub.Signal(sent.Id, sent.Operation, sent.Input, sent.At);
                }

                foreach (var (name, instance, started) in run.Started)
                {
                    await _hub.ScheduleNewOrchestrationInstanceAsync(name, started, new StartOrchestrationOptions(instance));
                }
            }
        }
    }

    private sealed class EntityClient(MemoryTaskHub hub) : DurableEntityClient("memory")
    {
        public override Task SignalEntityAsync(
            EntityInstanceId id, string operationName, object? input = null, SignalEntityOptions? options = null,
            CancellationToken cancellation = default)
        {
            hub.Signal(id, operationName, JsonSerializer.Serialize(input), options?.SignalTime);
            return Task.CompletedTask;
        }

        public override Task<EntityMetadata<T>?> GetEntityAsync<T>(
            EntityInstanceId id, bool includeState = true, CancellationToken cancellation = default) =>
            Task.FromResult(hub._entities.TryGetValue(id, out var entity) && entity.State is { } json
                ? new EntityMetadata<T>(id, JsonSerializer.Deserialize<T>(json))
                : null);

        public override Task<EntityMetadata?> GetEntityAsync(
            EntityInstanceId id, bool includeState = true, CancellationToken cancellation = default) =>
            throw new NotSupportedException();

        public override Microsoft.DurableTask.AsyncPageable<EntityMetadata> GetAllEntitiesAsync(EntityQuery? filter = null) =>
            throw new NotSupportedException();

        public override Microsoft.DurableTask.AsyncPageable<EntityMetadata<T>> GetAllEntitiesAsync<T>(EntityQuery? filter = null) =>
            throw new NotSupportedException();

        public override Task<CleanEntityStorageResult> CleanEntityStorageAsync(
            CleanEntityStorageRequest? request = null, bool continueUntilComplete = true, CancellationToken cancellation = default) =>
            throw new NotSupportedException();
    }
}

/// <summary>Faults of what the hub runs.</summary>
internal static partial class MemoryTaskHubLog
{
    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "The orchestration {Name} {Instance} failed.")]
    public static partial void OrchestrationFailed(this ILogger logger, Exception fault, string name, string instance);

    [LoggerMessage(EventId = 2, Level = LogLevel.Error, Message = "The entity {Id} failed in {Operation}.")]
    public static partial void OperationFailed(this ILogger logger, Exception fault, EntityInstanceId id, string operation);
}
