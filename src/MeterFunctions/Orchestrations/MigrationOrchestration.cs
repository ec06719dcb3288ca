using MeterFunctions.Entities;
using MeterFunctions.Hosting;
using MeterFunctions.Storage;
using Metering;
using Metering.Api;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MeterFunctions.Orchestrations;

/// <summary>Moves the licenses of a plan to another version, page by page; its instance is purged when it is done.</summary>
public sealed class MigrationOrchestration(IServiceProvider services)
{
    /// <summary>Stored in the task hub, so a running migration is found by it after an update.</summary>
    public const string Name = "RunMigration";

    /// <summary>The activity that moves a page of licenses.</summary>
    public const string PageName = "MigratePage";

    /// <summary>The activity that keeps how a migration stands.</summary>
    public const string KeepName = "KeepMigration";

    // After so many pages the orchestration starts anew with its progress, so that its history stays short.
    private const int PagesARun = 20;
    private const int PageSize = 100;
    private const int MaxConcurrentLicenses = 16;

    /// <summary>Goes through the pages.</summary>
    [Function(Name)]
    public static async Task RunAsync([OrchestrationTrigger] TaskOrchestrationContext context, MigrationWork work)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(work);
        try
        {
            // As in every orchestrator, without ConfigureAwait(false): see DeliveryOrchestration.
            for (var page = 0; page < PagesARun; page++)
            {
                work = await context.CallActivityAsync<MigrationWork>(PageName, work, Steps.Retries);
                var tally = new MigrationTally(work.Progress, work.Failed);
                if (tally.HasFailed)
                {
                    context.CreateReplaySafeLogger<MigrationOrchestration>().MigrationStopped(null, work.Progress.Id, work.Progress.PlanId);
                    await EndAsync(context, tally.Stopped());
                    return;
                }

                if (work.Cursor is null)
                {
                    await EndAsync(context, tally.Ended());
                    return;
                }
            }

            // Now and then, so that whoever asks sees how far it has come.
            await context.CallActivityAsync(KeepName, work.Progress, Steps.Retries);
        }
        catch (TaskFailedException fault)
        {
            context.CreateReplaySafeLogger<MigrationOrchestration>().MigrationStopped(fault, work.Progress.Id, work.Progress.PlanId);
            await EndAsync(context, new MigrationTally(work.Progress, work.Failed).Stopped());
            return;
        }

        context.ContinueAsNew(work);
    }

    /// <summary>Moves a page of licenses. One that is on the version already is left alone, so a page may be done again.</summary>
    [Function(PageName)]
    public async Task<MigrationWork> MovePageAsync(
        [ActivityTrigger] MigrationWork work, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(work);
        services.GetRequiredService<DurableClients>().Use(client);
        return await MoveAsync(
            work, services.GetRequiredService<ILicenseDirectory>(), services.GetRequiredService<PlanMigration>(), cancellationToken);
    }

    /// <summary>Keeps how a migration stands.</summary>
    [Function(KeepName)]
    public async Task KeepAsync([ActivityTrigger] Migration progress, CancellationToken cancellationToken) =>
        await services.GetRequiredService<MigrationRecords>().KeepAsync(progress, cancellationToken);

    /// <summary>Moves a page of licenses.</summary>
    internal static async Task<MigrationWork> MoveAsync(
        MigrationWork work, ILicenseDirectory directory, PlanMigration migration, CancellationToken cancellationToken)
    {
        var tally = new MigrationTally(work.Progress, work.Failed);
        var page = await directory.ListAsync(null, work.Cursor, PageSize, cancellationToken);
        foreach (var part in page.Items.Chunk(MaxConcurrentLicenses))
        {
            tally = tally.With(await Task.WhenAll(part.Select(license => migration
                .TryMoveAsync(license.Id, work.Progress, StorageFaults.MayPass, cancellationToken).AsTask())));
        }

        return new MigrationWork(tally.Progress, page.NextCursor, tally.Failed);
    }

    private static async Task EndAsync(TaskOrchestrationContext context, Migration progress)
    {
        await context.CallActivityAsync(KeepName, progress, Steps.Retries);

        // An instance cannot purge itself while it runs.
        await context.CallActivityAsync(FinishedInstances.PurgeLater, context.InstanceId, Steps.Retries);
    }
}
