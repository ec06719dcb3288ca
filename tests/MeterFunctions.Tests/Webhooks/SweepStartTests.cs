using MeterFunctions.Orchestrations;
using MeterFunctions.Tests.Hosting;
using MeterFunctions.Webhooks;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.Logging;

namespace MeterFunctions.Tests.Webhooks;

/// <summary>Who sees to it that the sweeps run.</summary>
public sealed class SweepStartTests
{
    [Fact]
    public async Task A_stop_while_the_task_hub_does_not_answer_is_told_as_no_fault_and_asks_for_no_other_sweep()
    {
        var hub = new SilentTaskHub();
        using var log = new LogRecords();
        using var logs = LoggerFactory.Create(builder => builder.AddProvider(log));
        var clients = new DurableClients();
        clients.Use(hub);
        using var start = new SweepStart(clients, TimeProvider.System, logs.CreateLogger<SweepStart>());
        await start.StartAsync(default);
        await hub.IsAsked;

        await start.StopAsync(default);

        Assert.True(start.ExecuteTask!.IsCanceled);
        Assert.Equal(1, hub.Asked);
        Assert.Empty(log.Texts);
    }

    [Fact]
    public async Task A_sweep_that_the_task_hub_does_not_start_is_told_and_keeps_none_of_the_others_back()
    {
        var hub = new SilentTaskHub { Fault = new OperationCanceledException("The task hub took too long.") };
        using var log = new LogRecords();
        using var logs = LoggerFactory.Create(builder => builder.AddProvider(log));
        var clients = new DurableClients();
        clients.Use(hub);
        var time = new NotedTime();
        using var start = new SweepStart(clients, time, logs.CreateLogger<SweepStart>());
        await start.StartAsync(default);

        await Task.WhenAny(time.IsWaitedFor, start.ExecuteTask!);
        await start.StopAsync(default);

        Assert.Equal(SweepStart.Sweeps.Length, hub.Asked);
        Assert.Equal(SweepStart.Sweeps.Length, log.Texts.Count());
    }

    /// <summary>A task hub that answers nothing.</summary>
    private sealed class SilentTaskHub : EntityTaskHub
    {
        private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task IsAsked => _asked.Task;

        public int Asked { get; private set; }

        public Exception? Fault { get; init; }

        public override async Task<OrchestrationMetadata?> GetInstancesAsync(
            string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default)
        {
            Asked++;
            _asked.TrySetResult();
            await (Fault is null ? Task.Delay(Timeout.Infinite, cancellation) : Task.FromException(Fault));
            return null;
        }

        public override Task SignalAsync(EntityInstanceId id, string operation, string input) => throw new NotSupportedException();

        public override string? StateOf(EntityInstanceId id) => throw new NotSupportedException();
    }

    /// <summary>A time that is waited for without end.</summary>
    private sealed class NotedTime : TimeProvider
    {
        private readonly TaskCompletionSource _waited = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task IsWaitedFor => _waited.Task;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _waited.TrySetResult();
            return System.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }
}
