using Microsoft.DurableTask;

namespace MeterFunctions.Orchestrations;

/// <summary>What all orchestrations do alike: try a step again, and leave nothing behind.</summary>
internal static class Steps
{
    /// <summary>An activity that fails is tried again, for a few minutes.</summary>
    public static readonly TaskOptions Retries = new(new TaskRetryOptions(new RetryPolicy(
        maxNumberOfAttempts: 8, firstRetryInterval: TimeSpan.FromSeconds(1), backoffCoefficient: 2,
        maxRetryInterval: TimeSpan.FromMinutes(1))));

    /// <summary>Has an orchestration purged when it is done; it cannot purge itself while it runs.</summary>
    public static Task PurgeAsync(TaskOrchestrationContext context) => context.Entities.SignalEntityAsync(
        FinishedInstances.Id,
        FinishedInstances.Purge,
        new FinishedInstance(context.InstanceId),
        FinishedInstances.Soon(context.CurrentUtcDateTime));
}
