using Grpc.Core;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace MeterFunctions.Orchestrations;

/// <summary>What all orchestrations do alike: begin once, try a step again, and leave nothing behind.</summary>
internal static class Steps
{
    /// <summary>An activity that fails is tried again, for a few minutes.</summary>
    public static readonly TaskOptions Retries = new(new TaskRetryOptions(new RetryPolicy(
        maxNumberOfAttempts: 8, firstRetryInterval: TimeSpan.FromSeconds(1), backoffCoefficient: 2,
        maxRetryInterval: TimeSpan.FromMinutes(1))));

    /// <summary>Starts the orchestration of an id, unless it runs.</summary>
    public static async Task EnsureAsync(
        DurableTaskClient client, string name, string instanceId, object input, CancellationToken cancellationToken)
    {
        if (await client.GetInstanceAsync(instanceId, cancellationToken).ConfigureAwait(false) is { IsCompleted: false })
        {
            return;
        }

        try
        {
            await client.ScheduleNewOrchestrationInstanceAsync(
                name, input, new StartOrchestrationOptions(instanceId), cancellationToken).ConfigureAwait(false);
        }
        catch (RpcException other) when (other.StatusCode == StatusCode.AlreadyExists)
        {
            // Another instance came first; the task hub takes an id once.
        }
    }

    /// <summary>Has an orchestration purged when it is done; it cannot purge itself while it runs.</summary>
    public static Task PurgeAsync(TaskOrchestrationContext context) => context.Entities.SignalEntityAsync(
        FinishedInstances.Id,
        FinishedInstances.Purge,
        new FinishedInstance(context.InstanceId),
        FinishedInstances.Soon(context.CurrentUtcDateTime));
}
