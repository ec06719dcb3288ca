using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Entities;

namespace MeterFunctions.Orchestrations;

/// <summary>Purges orchestrations that are done: each signals this one entity as its last act, which has no state of its own.</summary>
public static class FinishedInstances
{
    /// <summary>The entity's name, and that of its function.</summary>
    public const string Name = "FinishedInstances";

    /// <summary>The operation: its input is the instance to purge.</summary>
    public const string Purge = "purge";

    /// <summary>The entity.</summary>
    public static EntityInstanceId Id { get; } = new(Name, "all");

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
