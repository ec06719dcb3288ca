using MeterFunctions.Hosting;
using MeterFunctions.Orchestrations;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace MeterFunctions.Webhooks;

/// <summary>
/// Looks without end for intents that are old: of instances that ended between an intent and the word that there are signals, and of
/// entities to which the storage was lost. There is one in a task hub.
/// </summary>
public sealed class SignalSweep(IServiceProvider services)
{
    /// <summary>Stored in the task hub, so the sweep is found by it after an update.</summary>
    public const string Name = "SweepSignals";

    /// <summary>The activity that goes through a page of intents.</summary>
    public const string PageName = "SweepIntents";

    /// <summary>The one instance.</summary>
    public const string InstanceId = "sweep-signals";

    /// <summary>How long it rests while there are intents.</summary>
    public static readonly TimeSpan Rest = TimeSpan.FromMinutes(1);

    /// <summary>How long it rests when there were none: each look wakes an app that is asleep.</summary>
    public static readonly TimeSpan LongRest = TimeSpan.FromMinutes(5);

    /// <summary>Goes through a page, or rests, and starts anew, so that its history stays short.</summary>
    [Function(Name)]
    public static async Task RunAsync([OrchestrationTrigger] TaskOrchestrationContext context, SweepWork work)
    {
        ArgumentNullException.ThrowIfNull(context);
        try
        {
            // As in every orchestrator, without ConfigureAwait(false): see DeliveryOrchestration.
            work = await context.CallActivityAsync<SweepWork>(PageName, work);
        }
        catch (TaskFailedException fault)
        {
            // The next sweep begins at the beginning.
            context.CreateReplaySafeLogger<SignalSweep>().SweepFailed(fault);
            work = new SweepWork(From: null, FoundAny: true);
        }

        if (work.From is null)
        {
            await context.CreateTimer(context.CurrentUtcDateTime + (work.FoundAny ? Rest : LongRest), CancellationToken.None);
            work = SweepWork.Start;
        }

        context.ContinueAsNew(work);
    }

    /// <summary>Goes through a page of intents.</summary>
    [Function(PageName)]
    public async Task<SweepWork> SweepAsync(
        [ActivityTrigger] SweepWork work, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        services.GetRequiredService<DurableClients>().Use(client);
        return await services.GetRequiredService<SignalOutbox>().SweepAsync(work, SignalOutbox.MinAge, cancellationToken);
    }
}
