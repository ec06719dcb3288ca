using System.Text.Json;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Entities;

namespace MeterFunctions.Tests.Hosting;

/// <summary>
/// One operation of an entity on a state that is kept as JSON: what becomes of the state, and what the entity sends and starts.
/// </summary>
internal sealed class EntityRun(EntityInstanceId id, string operation, string input, string? state) : TaskEntityOperation
{
    private readonly StateOfRun _state = new(state);

    /// <summary>Signals that the entity sends with the commit of its state.</summary>
    public List<(EntityInstanceId Id, string Operation, string Input, DateTimeOffset? At)> Sent { get; } = [];

    /// <summary>Orchestrations that the entity starts with the commit of its state.</summary>
    public List<(string Name, string Instance, object? Input)> Started { get; } = [];

    /// <summary>The state after the operation; null when the entity has none.</summary>
    public string? NewState => _state.Json;

    public override string Name => operation;

    public override TaskEntityContext Context => new ContextOfRun(this, id);

    public override TaskEntityState State => _state;

    public override bool HasInput => true;

    public override object? GetInput(Type inputType) => JsonSerializer.Deserialize(input, inputType);

    public override string ToString() => $"{id} {operation}";

    private sealed class StateOfRun(string? json) : TaskEntityState
    {
        public string? Json { get; private set; } = json;

        public override bool HasState => Json is not null;

        public override object? GetState(Type type) => Json is null ? null : JsonSerializer.Deserialize(Json, type);

        public override void SetState(object? state) => Json = state is null ? null : JsonSerializer.Serialize(state);
    }

    private sealed class ContextOfRun(EntityRun run, EntityInstanceId id) : TaskEntityContext
    {
        public override EntityInstanceId Id => id;

        public override void SignalEntity(
            EntityInstanceId id, string operationName, object? input = null, SignalEntityOptions? options = null) =>
            run.Sent.Add((id, operationName, JsonSerializer.Serialize(input), options?.SignalTime));

        public override string ScheduleNewOrchestration(TaskName name, object? input = null, StartOrchestrationOptions? options = null)
        {
            var instance = options?.InstanceId ?? Guid.NewGuid().ToString("N");
            run.Started.Add((name.Name, instance, input));
            return instance;
        }
    }
}
