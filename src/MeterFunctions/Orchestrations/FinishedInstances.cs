using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Client.Entities;
using Microsoft.DurableTask.Entities;

namespace MeterFunctions.Orchestrations;

/// <summary>
/// Purges orchestrations that are done: the last act of each is to have this one entity told, which has no state of its own.
/// </summary>
public static class FinishedInstances
{
    /// <summary>The entity's name, and that of its function.</summary>
    public const string Name = "FinishedInstances";

    /// <summary>The operation: its input is the instance to purge.</summary>
    public const string Purge = "purge";

    /// <summary>The activity by which an orchestration asks to be purged when it has ended.</summary>
    public const string PurgeLater = "PurgeLater";

    // By then the orchestration has ended.
    private static readonly TimeSpan After = TimeSpan.FromMinutes(1);

    /// <summary>The entity.</summary>
    public static EntityInstanceId Id { get; } = new(Name, "all");

    /// <summary>Has an instance purged a while later.</summary>
    [Function(PurgeLater)]
    public static Task PurgeLaterAsync([ActivityTrigger] string instanceId, [DurableClient] DurableTaskClient client)
    {
        ArgumentNullException.ThrowIfNull(client);
        return client.Entities.SignalEntityAsync(
            Id, Purge, instanceId, new SignalEntityOptions { SignalTime = DateTimeOffset.UtcNow + After });
    }

    /// <summary>Runs a batch of operations.</summary>
    [Function(Name)]
    public static Task RunAsync([EntityTrigger] TaskEntityDispatcher dispatcher, [DurableClient] DurableTaskClient client)
    {
        ArgumentNullException.ThrowIfNull(dispatcher);
        ArgumentNullException.ThrowIfNull(client);
        return dispatcher.DispatchAsync(async operation =>
        {
            // Purging one that is gone already does nothing.
            await client.PurgeInstanceAsync(operation.GetInput<string>()!);
            return null;
        });
    }
}
