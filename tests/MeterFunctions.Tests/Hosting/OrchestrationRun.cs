using System.Collections.Concurrent;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace MeterFunctions.Tests.Hosting;

/// <summary>
/// One orchestration, without replay, on a clock of its own: a timer moves the clock and is over at once, unless timers are held.
/// </summary>
internal sealed class OrchestrationRun(string name, string instance, Func<string, object?, Task<object?>> activity)
    : TaskOrchestrationContext
{
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _atTimer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<string, TaskCompletionSource<object>> _events = new(StringComparer.Ordinal);
    private DateTime _now = DateTime.UtcNow;

    /// <summary>Whether the orchestration stops at its first timer, until it is let go on.</summary>
    public bool HoldsTimers { get; init; }

    /// <summary>Done when the orchestration stands at a timer that is held.</summary>
    public Task AtTimer => _atTimer.Task;

    /// <summary>How long it has waited, each time.</summary>
    public List<TimeSpan> Waits { get; } = [];

    /// <summary>What it sent to entities.</summary>
    public List<(EntityInstanceId Id, string Operation, object? Input)> Sent { get; } = [];

    /// <summary>With what it continues as new; null when it has ended.</summary>
    public object? Next { get; private set; }

    public override TaskName Name => name;

    public override string InstanceId => instance;

    public override ParentOrchestrationInstance? Parent => null;

    public override DateTime CurrentUtcDateTime => _now;

    public override bool IsReplaying => false;

    public override TaskOrchestrationEntityFeature Entities => new Signals(Sent);

    protected override ILoggerFactory LoggerFactory => NullLoggerFactory.Instance;

    /// <summary>
    /// Raises an event for which the orchestration waits, or will. What follows runs before this returns, as it does in a task hub, where
    /// an orchestration that awaits anything else never goes on.
    /// </summary>
    public void Raise(string eventName, object payload) =>
        _events.GetOrAdd(eventName, _ => new TaskCompletionSource<object>())
            .TrySetResult(payload);

    /// <summary>Lets a timer that is held be over.</summary>
    public void Release() => _released.TrySetResult();

    /// <summary>Takes the input with which it continues as new.</summary>
    public object? TakeNext()
    {
        var next = Next;
        Next = null;
        return next;
    }

    public override async Task<TResult> CallActivityAsync<TResult>(TaskName name, object? input = null, TaskOptions? options = null)
    {
        try
        {
            return (TResult)(await activity(name.Name, input))!;
        }
        catch (Exception fault)
        {
            throw new TaskFailedException(name.Name, 0, fault);
        }
    }

    public override async Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken)
    {
        if (HoldsTimers)
        {
            _atTimer.TrySetResult();
            await _released.Task;
        }

        Waits.Add(fireAt - _now);
        _now = fireAt > _now ? fireAt : _now;
    }

    public override void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true) => Next = newInput;

    public override T? GetInput<T>()
        where T : default => throw new NotSupportedException();

    public override Guid NewGuid() => Guid.NewGuid();

    public override void SetCustomStatus(object? customStatus) => throw new NotSupportedException();

    public override async Task<T> WaitForExternalEvent<T>(string eventName, CancellationToken cancellationToken = default) =>
        (T)await _events.GetOrAdd(eventName, _ => new TaskCompletionSource<object>())
            .Task.WaitAsync(cancellationToken);

    public override void SendEvent(string instanceId, string eventName, object payload) => throw new NotSupportedException();

    public override Task<TResult> CallSubOrchestratorAsync<TResult>(
        TaskName orchestratorName, object? input = null, TaskOptions? options = null) => throw new NotSupportedException();

    private sealed class Signals(List<(EntityInstanceId Id, string Operation, object? Input)> sent) : TaskOrchestrationEntityFeature
    {
        public override Task SignalEntityAsync(
            EntityInstanceId id, string operationName, object? input = null, SignalEntityOptions? options = null)
        {
            sent.Add((id, operationName, input));
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
