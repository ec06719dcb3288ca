using MeterFunctions.Hosting;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Client.Entities;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.Logging;

namespace MeterFunctions.Orchestrations;

/// <summary>
/// Purges orchestrations that are done: the last act of each is to have this one entity told, which has no state of its own.
/// </summary>
public sealed class FinishedInstances(TimeProvider clock, ILogger<FinishedInstances> logger)
{
    /// <summary>The entity's name, and that of its function.</summary>
    public const string Name = "FinishedInstances";

    /// <summary>The operation: its input is a <see cref="FinishedInstance"/>.</summary>
    public const string Purge = "purge";

    /// <summary>The activity by which an orchestration asks to be purged when it has ended.</summary>
    public const string PurgeLater = "PurgeLater";

    /// <summary>How often a purge that fails is tried, in all.</summary>
    internal const int Attempts = 7;

    // With four times the wait after each try, the last one is almost a day after the first.
    private const int Slower = 4;

    // By then the orchestration has ended; while it runs, it would be left alone.
    private static readonly TimeSpan After = TimeSpan.FromMinutes(1);

    /// <summary>The entity.</summary>
    public static EntityInstanceId Id { get; } = new(Name, "all");

    /// <summary>When something that ends now is purged.</summary>
    public static SignalEntityOptions Soon(DateTimeOffset now) => new() { SignalTime = now + After };

    /// <summary>Has an instance purged a while later.</summary>
    [Function(PurgeLater)]
    public static Task PurgeLaterAsync([ActivityTrigger] string instanceId, [DurableClient] DurableTaskClient client)
    {
        ArgumentNullException.ThrowIfNull(client);
        return client.Entities.SignalEntityAsync(Id, Purge, new FinishedInstance(instanceId), Soon(DateTimeOffset.UtcNow));
    }

    /// <summary>Runs a batch of operations.</summary>
    [Function(Name)]
    public Task RunAsync([EntityTrigger] TaskEntityDispatcher dispatcher, [DurableClient] DurableTaskClient client)
    {
        ArgumentNullException.ThrowIfNull(dispatcher);
        return dispatcher.DispatchAsync(operation => RunAsync(operation, client));
    }

    internal async ValueTask<object?> RunAsync(TaskEntityOperation operation, DurableTaskClient client)
    {
        var instance = operation.GetInput<FinishedInstance>()!;
        try
        {
            // Purging one that is gone already does nothing.
            await client.PurgeInstanceAsync(instance.InstanceId);
        }
#pragma warning disable CA1031 // Thrown, it would be lost with the message, and the instance would stay for ever.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            logger.InstanceNotPurged(fault, instance.InstanceId, instance.Attempt, Attempts);
            if (instance.Attempt < Attempts)
            {
                var wait = After * Math.Pow(Slower, instance.Attempt - 1);
                operation.Context.SignalEntity(
                    Id, Purge, instance with { Attempt = instance.Attempt + 1 }, new() { SignalTime = clock.GetUtcNow() + wait });
            }
        }

        return null;
    }
}
