using System.Text.Json;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Client.Entities;
using Microsoft.DurableTask.Entities;

namespace MeterFunctions.Tests.Hosting;

/// <summary>A task hub in memory as its clients see it: they signal entities, read their states, and nothing else.</summary>
internal abstract class EntityTaskHub() : DurableTaskClient("test")
{
    /// <summary>Orchestrations that were started; none is run here.</summary>
    public List<string> Instances { get; } = [];

    /// <summary>Events that were raised, each as instance/event.</summary>
    public List<string> Raised { get; } = [];

    /// <summary>Orchestrations that were purged.</summary>
    public List<string> Purged { get; } = [];

    /// <summary>How orchestrations stand that do not run.</summary>
    public Dictionary<string, OrchestrationRuntimeStatus> Statuses { get; } = [];

    /// <summary>What whoever asks for an orchestration meets; null: an answer.</summary>
    public Exception? LookFault { get; set; }

    /// <summary>How often somebody asked for an orchestration.</summary>
    public int Looks { get; private set; }

    /// <summary>What whoever purges an orchestration meets; null: it is purged.</summary>
    public Exception? PurgeFault { get; set; }

    public override DurableEntityClient Entities => new EntityClient(this);

    /// <summary>Takes a signal.</summary>
    public abstract Task SignalAsync(EntityInstanceId id, string operation, string input);

    /// <summary>An entity's state as JSON; null when it has none.</summary>
    public abstract string? StateOf(EntityInstanceId id);

    public override Task<string> ScheduleNewOrchestrationInstanceAsync(
        TaskName orchestratorName, object? input = null, StartOrchestrationOptions? options = null,
        CancellationToken cancellation = default)
    {
        Instances.Add(options?.InstanceId
            ?? throw new NotSupportedException("Only named orchestrations are started here, and none is run."));
        return Task.FromResult(Instances[^1]);
    }

    public override Task RaiseEventAsync(
        string instanceId, string eventName, object? eventPayload = null, CancellationToken cancellation = default)
    {
        Raised.Add($"{instanceId}/{eventName}");
        return Task.CompletedTask;
    }

    public override Task<PurgeResult> PurgeInstanceAsync(
        string instanceId, PurgeInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        if (PurgeFault is { } fault)
        {
            throw fault;
        }

        Purged.Add(instanceId);
        return Task.FromResult(new PurgeResult(1));
    }

    public override Task<OrchestrationMetadata> WaitForInstanceStartAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) => throw new NotSupportedException();

    public override Task<OrchestrationMetadata> WaitForInstanceCompletionAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) => throw new NotSupportedException();

    public override Task SuspendInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        throw new NotSupportedException();

    public override Task ResumeInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        throw new NotSupportedException();

    public override Task<OrchestrationMetadata?> GetInstancesAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default)
    {
        Looks++;
        if (LookFault is { } fault)
        {
            throw fault;
        }

        return Task.FromResult(Instances.Contains(instanceId)
            ? new OrchestrationMetadata("", instanceId)
            {
                RuntimeStatus = Statuses.GetValueOrDefault(instanceId, OrchestrationRuntimeStatus.Running),
            }
            : null);
    }

    public override Microsoft.DurableTask.AsyncPageable<OrchestrationMetadata> GetAllInstancesAsync(OrchestrationQuery? filter = null) =>
        throw new NotSupportedException();

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private sealed class EntityClient(EntityTaskHub hub) : DurableEntityClient("test")
    {
        public override Task SignalEntityAsync(
            EntityInstanceId id, string operationName, object? input = null, SignalEntityOptions? options = null,
            CancellationToken cancellation = default) =>
            hub.SignalAsync(id, operationName, JsonSerializer.Serialize(input));

        public override Task<EntityMetadata<T>?> GetEntityAsync<T>(
            EntityInstanceId id, bool includeState = true, CancellationToken cancellation = default) =>
            Task.FromResult(hub.StateOf(id) is { } json ? new EntityMetadata<T>(id, JsonSerializer.Deserialize<T>(json)) : null);

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
