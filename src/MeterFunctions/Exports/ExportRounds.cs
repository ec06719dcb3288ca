using MeterFunctions.Hosting;
using MeterFunctions.Orchestrations;
using Metering.Reports;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MeterFunctions.Exports;

/// <summary>
/// Runs exports, and looks after schedules, without end: there is one in a task hub. It rests on a durable timer until the next export is
/// due, or until somebody asks for one.
/// </summary>
public sealed class ExportRounds(IServiceProvider services)
{
    /// <summary>Stored in the task hub, so it is found by it after an update.</summary>
    public const string Name = "RunExports";

    /// <summary>The activity that makes what is due and says which exports are to be run.</summary>
    public const string PlanName = "PlanExports";

    /// <summary>The activity that runs one export, or a part of it.</summary>
    public const string RunName = "RunExport";

    /// <summary>The one instance.</summary>
    public const string InstanceId = "run-exports";

    /// <summary>The event that ends its rest.</summary>
    public const string Wake = "Wake";

    /// <summary>How long it rests after a fault.</summary>
    public static readonly TimeSpan ShortRest = TimeSpan.FromMinutes(1);

    /// <summary>How long it rests at most: schedules go by the meter's clock, which may be set.</summary>
    public static readonly TimeSpan LongRest = TimeSpan.FromHours(1);

    /// <summary>
    /// How long a run of an export writes rows before it puts the file by; the next round goes on with it. A run that is interrupted loses
    /// no more than that.
    /// </summary>
    public static readonly TimeSpan PartTime = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How long a run may take in all: less than the host lets a function run (host.json), which would end it without a word.
    /// </summary>
    public static readonly TimeSpan MaxTime = TimeSpan.FromMinutes(25);

    /// <summary>Goes one round, or rests, and starts anew, so that its history stays short.</summary>
    [Function(Name)]
    public static async Task RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        ExportPlan plan;
        try
        {
            // As in every orchestrator, without ConfigureAwait(false): see DeliveryOrchestration.
            plan = await context.CallActivityAsync<ExportPlan>(PlanName);
            await Task.WhenAll(plan.Due.Select(id => context.CallActivityAsync<bool>(RunName, id)));
        }
        catch (TaskFailedException fault)
        {
            context.CreateReplaySafeLogger<ExportRounds>().ExportRoundFailed(fault);
            plan = new ExportPlan([], ShortRest);
        }

        // After work, the next round looks whether there is more.
        if (plan.Due.IsEmpty)
        {
            using var woken = new CancellationTokenSource();
            var timer = context.CreateTimer(context.CurrentUtcDateTime + plan.Rest, woken.Token);
            var wake = context.WaitForExternalEvent<bool>(Wake, woken.Token);
            await Task.WhenAny(timer, wake);

            // At once: an orchestrator that awaits anything but the task hub's own never goes on.
#pragma warning disable CA1849
            woken.Cancel();
#pragma warning restore CA1849
        }

        context.ContinueAsNew();
    }

    /// <summary>Makes the exports that are due by schedules, and says which ones are to be run.</summary>
    [Function(PlanName)]
    public async Task<ExportPlan> PlanAsync(
        [ActivityTrigger] string? input, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        services.GetRequiredService<DurableClients>().Use(client);
        return await services.GetRequiredService<ExportPlanning>().PlanAsync(cancellationToken);
    }

    /// <summary>Writes the file of one export, or a part of it.</summary>
    [Function(RunName)]
    public async Task<bool> RunExportAsync(
        [ActivityTrigger] string id, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        services.GetRequiredService<DurableClients>().Use(client);
        return await services.GetRequiredService<ExportPlanning>().RunAsync(id, PartTime, cancellationToken);
    }
}
