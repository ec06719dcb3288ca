using System.Text.Json;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.Logging;

namespace Metering.Conformance.Client;

/// <summary>One orchestration in a <see cref="MemoryTaskHub"/>: it runs straight through, without replay, in real time.</summary>
internal sealed class MemoryOrchestration(
    MemoryTaskHub hub, string name, string instance, object? input, ILoggerFactory loggers, CancellationToken end)
        : TaskOrchestrationContext
{
    private (object? Input, bool IsThere) _next;
    private object? _input = input;

    public override TaskName Name => name;

    public override string InstanceId => instance;

    public override ParentOrchestrationInstance? Parent => null;

    public override DateTime CurrentUtcDateTime => DateTime.UtcNow;

    public override bool IsReplaying => false;

    public override TaskOrchestrationEntityFeature Entities => new EntitySignals(hub);

    protected override ILoggerFactory LoggerFactory => loggers;

    /// <summary>Takes the input with which the orchestration continues as new; false when it has ended.</summary>
    public bool TakeNewInput()
    {
        if (!_next.IsThere)
        {
            return false;
        }

        _input = _next.Input;
        _next = default;
        return true;
    }

    public override T? GetInput<T>()
        where T : default => (T?)_input;

    public override async Task<TResult> CallActivityAsync<TResult>(TaskName name, object? input = null, TaskOptions? options = null)
    {
        var policy = options?.Retry?.Policy;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return (TResult)(await hub.CallActivityAsync(name.Name, input))!;
            }
            catch (Exception fault) when (!end.IsCancellationRequested)
            {
                if (attempt >= (policy?.MaxNumberOfAttempts ?? 1))
                {
                    throw new TaskFailedException(name.Name, 0, fault);
                }

                await Task.Delay(policy!.FirstRetryInterval, end);
            }
        }
    }

    public override Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken) =>
        Task.Delay(fireAt > DateTime.UtcNow ? fireAt - DateTime.UtcNow : TimeSpan.Zero, end);

    public override void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true) => _next = (newInput, true);

    public override Guid NewGuid() => Guid.NewGuid();

    public override void SetCustomStatus(object? customStatus) => throw new NotSupportedException();

    public override Task<T> WaitForExternalEvent<T>(string eventName, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public override void SendEvent(string instanceId, string eventName, object payload) => throw new NotSupportedException();

    public override Task<TResult> CallSubOrchestratorAsync<TResult>(
        TaskName orchestratorName, object? input = null, TaskOptions? options = null) =>
        throw new NotSupportedException();

    private sealed class EntitySignals(MemoryTaskHub hub) : TaskOrchestrationEntityFeature
    {
        public override Task SignalEntityAsync(
            EntityInstanceId id, string operationName, object? input = null, SignalEntityOptions? options = null)
        {
            hub.Signal(id, operationName, JsonSerializer.Serialize(input), options?.SignalTime);
            return Task.CompletedTask;
        }

        public override Task<TResult> CallEntityAsync<TResult>(
            EntityInstanceId id, string operationName, object? input = null, CallEntityOptions? options = null) =>
            throw new NotSupportedException();

        public override Task CallEntityAsync(
            EntityInstanceId id, string operationName, object? input = null, CallEntityOptions? options = null) =>
            throw new NotSupportedException();

        public override Task<IAsyncDisposable> LockEntitiesAsync(IEnumerable<EntityInstanceId> entityIds) =>
            throw new NotSupportedException();

        public override bool InCriticalSection(
            [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out IReadOnlyList<EntityInstanceId>? entityIds)
        {
            entityIds = null;
            return false;
        }
    }
}
