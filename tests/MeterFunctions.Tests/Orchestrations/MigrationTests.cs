using System.Collections.Immutable;
using System.Net;
using Azure;
using MeterFunctions.Orchestrations;
using MeterFunctions.Storage;
using MeterFunctions.Tests.Hosting;
using Metering;
using Metering.Api;
using Microsoft.AspNetCore.Connections;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Testing;

namespace MeterFunctions.Tests.Orchestrations;

[Collection(StorageCollection.Name)]
public sealed class MigrationTests(Azurite azurite)
{
    private static readonly Migration Started = new() { Id = "mig_1", PlanId = "plan", FromVersion = 1, ToVersion = 2 };

    [Fact]
    public async Task A_migration_moves_every_license_of_the_plan_and_asks_to_be_purged()
    {
        await using var app = new App(azurite);
        await PrepareAsync(app, licenses: 7);
        var purged = new List<string>();
        await using var host = await StartAsync(
            work => MigrationOrchestration.MoveAsync(work, app.Get<ILicenseDirectory>(), app.Get<PlanMigration>(), default),
            migration => app.Get<MigrationRecords>().KeepAsync(migration, default).AsTask(),
            purged);

        var end = await RunAsync(host);

        Assert.True(end.RuntimeStatus == OrchestrationRuntimeStatus.Completed, end.FailureDetails?.ToString());
        Assert.Equal([end.InstanceId], purged);
        var migration = (await app.Get<IMigrations>().FindAsync("mig_1", default))!;
        Assert.Equal((MigrationStatus.Completed, 7L, 0L, 7L), (migration.Status, migration.Migrated, migration.Skipped, migration.Total));
        Assert.Equal(20, (await app.Meters.ReadAsync("lic_3", default))!.FindMeter(Commands.Calls)!.Terms.Limit);
    }

    [Fact]
    public async Task Licenses_that_are_on_the_version_already_are_left_alone()
    {
        await using var app = new App(azurite);
        await PrepareAsync(app, licenses: 3);
        var work = new MigrationWork(Started, null);
        await MigrationOrchestration.MoveAsync(work, app.Get<ILicenseDirectory>(), app.Get<PlanMigration>(), default);

        var again = await MigrationOrchestration.MoveAsync(work, app.Get<ILicenseDirectory>(), app.Get<PlanMigration>(), default);

        Assert.Equal((0L, 3L, 3L), (again.Progress.Migrated, again.Progress.Skipped, again.Progress.Total));
    }

    [Fact]
    public async Task A_page_that_fails_is_tried_again_and_long_migrations_go_on_page_by_page()
    {
        var pages = 0;
        var kept = new List<Migration>();
        await using var host = await StartAsync(
            work =>
            {
                pages++;
                return pages == 2
                    ? throw new StoreUnavailableException("busy")
                    : Task.FromResult(
                        work with { Progress = work.Progress with { Total = work.Progress.Total + 1 }, Cursor = work.Progress.Total == 24
                            ? null : "next" });
            },
            migration =>
            {
                kept.Add(migration);
                return Task.CompletedTask;
            },
            []);

        var end = await RunAsync(host);

        Assert.True(end.RuntimeStatus == OrchestrationRuntimeStatus.Completed, end.FailureDetails?.ToString());
        Assert.Equal(26, pages);
        Assert.Equal([MigrationStatus.Running, MigrationStatus.Completed], kept.Select(migration => migration.Status));
        Assert.Equal(25, kept[^1].Total);
    }

    [Fact]
    public async Task A_damaged_license_is_told_and_holds_up_no_other()
    {
        await using var app = new App(azurite);
        await PrepareAsync(app, licenses: 7);
        var damaged = (await app.Tables.FindAsync(TableKeys.Meters, "lic_3", TableKeys.StateRow, default))!;
        damaged["Body"] = new byte[] { 1, 2, 3 };
        await app.Tables.PutAsync(TableKeys.Meters, damaged, default);
        await using var host = await StartAsync(
            work => MigrationOrchestration.MoveAsync(work, app.Get<ILicenseDirectory>(), app.Get<PlanMigration>(), default),
            migration => app.Get<MigrationRecords>().KeepAsync(migration, default).AsTask(),
            []);

        await RunAsync(host);

        var migration = (await app.Get<IMigrations>().FindAsync("mig_1", default))!;
        Assert.Equal((MigrationStatus.Completed, 6L, 1L, 7L), (migration.Status, migration.Migrated, migration.Skipped, migration.Total));
        Assert.Equal("Licenses that could not be moved: 1. The log names them.", migration.Problem);
    }

    [Fact]
    public async Task A_fault_of_the_storage_stops_a_page_and_skips_no_license()
    {
        var storage = new RefusingStorage();
        await using var app = new App(azurite, storage: storage);
        await PrepareAsync(app, licenses: 2);

        // After it the list has its own notes, and needs no license.
        await app.Get<ILicenseDirectory>().ListAsync(null, null, 10, default);
        storage.Refuses = (request, _) =>
            request.RequestUri!.AbsolutePath.Contains("lic_1", StringComparison.Ordinal) ? HttpStatusCode.BadRequest : null;

        await Assert.ThrowsAsync<RequestFailedException>(() => MigrationOrchestration.MoveAsync(
            new MigrationWork(Started, null), app.Get<ILicenseDirectory>(), app.Get<PlanMigration>(), default));
    }

    [Fact]
    public async Task A_migration_that_fails_for_more_than_a_hundred_licenses_stops()
    {
        var kept = new List<Migration>();
        await using var host = await StartAsync(
            work =>
            {
                var tally = new MigrationTally(work.Progress, work.Failed).With([.. Enumerable.Repeat(MoveResult.Failed, 60)]);
                return Task.FromResult(new MigrationWork(tally.Progress, "next", tally.Failed));
            },
            migration =>
            {
                kept.Add(migration);
                return Task.CompletedTask;
            },
            []);

        await RunAsync(host);

        var end = Assert.Single(kept);
        Assert.Equal((MigrationStatus.Failed, 120L), (end.Status, end.Skipped));
        Assert.EndsWith("Licenses that could not be moved: 120. The log names them.", end.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_more_migrations_start_than_may_run_at_once()
    {
        await using var app = new App(azurite, new() { ["Metering:Api:MaxMigrations"] = "2" });
        await app.Get<MigrationRecords>().KeepAsync(Started, default);
        await app.Get<MigrationRecords>().KeepAsync(Started with { Id = "mig_2" }, default);

        Assert.Null(await app.Get<IMigrations>().StartAsync("mig_3", "plan", null, 2, default));
        Assert.Null(await app.Get<IMigrations>().FindAsync("mig_3", default));
    }

    [Fact]
    [Rule(8)]
    public async Task One_that_is_started_again_has_one_orchestration_also_after_a_crash_before_it_was_begun()
    {
        await using var app = new App(azurite);
        var records = app.Get<MigrationRecords>();
        await records.TryAddAsync(Started, maxRunning: 1, default);

        for (var tries = 0; tries < 2; tries++)
        {
            Assert.Equal(Started, await app.Get<IMigrations>().StartAsync("mig_1", "plan", 1, 2, default));
            Assert.Equal(["mig_1"], app.Hub.Instances);
        }

        // One that is done, and purged, is not begun anew.
        app.Hub.Instances.Clear();
        await records.KeepAsync(Started with { Status = MigrationStatus.Completed, Total = 7 }, default);
        Assert.Equal(7, (await app.Get<IMigrations>().StartAsync("mig_1", "plan", 1, 2, default))!.Total);
        Assert.Empty(app.Hub.Instances);
    }

    private static async Task<OrchestrationMetadata> RunAsync(DurableTaskTestHost host)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync(
            MigrationOrchestration.Name, new MigrationWork(Started, null), patience.Token);
        return await host.Client.WaitForInstanceCompletionAsync(id, true, patience.Token);
    }

    private static async Task<DurableTaskTestHost> StartAsync(
        Func<MigrationWork, Task<MigrationWork>> movePage, Func<Migration, Task> keep, List<string> purged)
    {
        // The host draws a port, which another test may have taken by then.
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await DurableTaskTestHost.StartAsync(Register);
            }
            catch (IOException taken) when (taken.InnerException is AddressInUseException && tries < 5)
            {
            }
        }

        void Register(DurableTaskRegistry tasks)
        {
            tasks.AddOrchestratorFunc<MigrationWork>(MigrationOrchestration.Name, MigrationOrchestration.RunAsync);
            tasks.AddActivityFunc<MigrationWork, MigrationWork>(MigrationOrchestration.PageName, (_, work) => movePage(work));
            tasks.AddActivityFunc<Migration>(MigrationOrchestration.KeepName, (_, migration) => keep(migration));
            tasks.AddActivityFunc<string>(FinishedInstances.PurgeLater, (_, id) =>
            {
                purged.Add(id);
                return Task.CompletedTask;
            });
        }
    }

    private static async Task PrepareAsync(App app, int licenses)
    {
        await app.SetTimeAsync(App.Start);
        var feature = new Feature { Code = Commands.Calls, Kind = FeatureKind.Metered };
        Plan[] versions =
        [
            .. Enumerable.Range(1, 2).Select(version => new Plan
            {
                Id = "plan",
                Version = version,
                Includes = [new PlanInclude(Commands.Calls, new Terms { Limit = version * 10 })],
            }),
        ];
        var catalog = await app.Get<ICatalogStore>().ChangeAsync(
            _ => new CatalogSnapshot
            {
                Features = ImmutableSortedDictionary<string, Feature>.Empty.Add(feature.Code, feature),
                Plans = ImmutableSortedDictionary<string, ImmutableArray<Plan>>.Empty.Add("plan", [.. versions]),
            },
            default);
        for (var i = 0; i < licenses; i++)
        {
            await app.Get<ILicenseDirectory>().AddAsync(new LicenseRecord { Id = $"lic_{i}", TenantId = "t", KeyHash = $"h{i}" }, default);
            await app.Meters.ApplyAsync(
                $"lic_{i}", new OpenLicense { LicenseId = $"lic_{i}", TenantId = "t", Plans = [catalog.Resolve(versions[0])] }, null,
                default);
        }
    }
}
