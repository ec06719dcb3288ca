using MeterFunctions.Hosting;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.Extensions.DependencyInjection;

namespace MeterFunctions.Retention;

/// <summary>
/// Goes through all licenses once a day, without end, for those that no longer commit (<see cref="RetentionWalk"/>). There is one in a task
/// hub.
/// </summary>
public sealed class RetentionSweep(IServiceProvider services)
{
    /// <summary>Stored in the task hub, so the sweep is found by it after an update.</summary>
    public const string Name = "SweepRetention";

    /// <summary>The activity that does a part.</summary>
    public const string PartName = "SweepLicenses";

    /// <summary>The one instance.</summary>
    public const string InstanceId = "sweep-retention";

    /// <summary>How long it rests when it has been through all of them.</summary>
    public static readonly TimeSpan Rest = TimeSpan.FromDays(1);

    /// <summary>How long it waits when a part has failed.</summary>
    public static readonly TimeSpan FaultRest = TimeSpan.FromMinutes(5);

    /// <summary>Does a part, or rests, and starts anew, so that its history stays short.</summary>
    [Function(Name)]
    public static async Task RunAsync([OrchestrationTrigger] TaskOrchestrationContext context, RetentionWork work)
    {
        ArgumentNullException.ThrowIfNull(context);
        var rest = Rest;
        RetentionWork? next;
        try
        {
            // As in every orchestrator, without ConfigureAwait(false): see DeliveryOrchestration.
            next = await context.CallActivityAsync<RetentionWork?>(PartName, work);
        }
        catch (TaskFailedException fault)
        {
            // The place is kept: with many licenses, a fault a day would never let it come to the last ones.
            context.CreateReplaySafeLogger<RetentionSweep>().RetentionSweepFailed(fault);
            (next, rest) = (null, FaultRest);
        }

        if (next is null)
        {
            await context.CreateTimer(context.CurrentUtcDateTime + rest, CancellationToken.None);
            next = rest == Rest ? RetentionWork.Start : work;
        }

        context.ContinueAsNew(next);
    }

    /// <summary>Does a part.</summary>
    [Function(PartName)]
    public async Task<RetentionWork?> SweepAsync([ActivityTrigger] RetentionWork work, CancellationToken cancellationToken) =>
        await services.GetRequiredService<RetentionWalk>().StepAsync(work, RetentionWalk.MaxRequests, cancellationToken);
}
