using Azure.Data.Tables;
using MeterFunctions.Evidence;
using MeterFunctions.Licenses;
using MeterFunctions.Retention;
using MeterFunctions.Storage;
using MeterFunctions.Tests.Hosting;
using MeterFunctions.Tests.Storage;
using Metering;
using Microsoft.Extensions.Logging.Abstractions;

namespace MeterFunctions.Tests.Retention;

/// <summary>When retention runs: with the commits of a license, and for the others by the sweep; and how a deleted license ends.</summary>
[Collection(StorageCollection.Name)]
public sealed class RetentionWalkTests(Azurite azurite)
{
    [Theory]
    [InlineData("Entity")]
    [InlineData("WhenContended")]
    public async Task A_license_that_commits_is_due_once_a_day_and_its_row_says_so(string turns)
    {
        await using var app = new App(azurite, new(RetentionRun.Settings) { ["Metering:Turns"] = turns });
        await app.OpenAsync("lic_1");
        var dues = new List<bool>();
        foreach (var hours in new[] { 1, 23, 24, 25, 47, 48 })
        {
            await app.SetTimeAsync(App.Start.AddHours(hours));
            await app.Meters.ApplyAsync("lic_1", Commands.Consume(), null, default);
            dues.Add(await IsDueAsync(app));
        }

        Assert.Equal([false, false, true, false, false, true], dues);
        Assert.Equal(App.Start.AddHours(48), (await app.Get<LicensePartition>().ReadAsync("lic_1", default))!.RetentionAt);
    }

    [Fact]
    public async Task What_is_due_with_a_commit_is_done_in_parts_beside_it_and_a_fault_keeps_nothing_up()
    {
        var storage = new FailingStorage();
        await using var app = new App(azurite, RetentionRun.Settings, storage);
        await RetentionRun.UseAsync(app, days: 3);
        while (await IsDueAsync(app))
        {
        }

        await app.SetTimeAsync(RetentionRun.Day(60));
        var worker = new RetentionWorker(app.Get<DueLicenses>(), app.Get<LicenseRetention>(), NullLogger<RetentionWorker>.Instance);
        await app.Meters.ApplyAsync("lic_1", Commands.Consume(), null, default);
        storage.Failures = 100;
        await worker.StepAsync(default);
        storage.Failures = 0;
        Assert.Equal(14, (await RetentionRun.RowsAsync(app, TableKeys.EntryPrefix)).Count);

        await app.SetTimeAsync(RetentionRun.Day(61));
        await app.Meters.ApplyAsync("lic_1", Commands.Consume(), null, default);
        await worker.StepAsync(default);

        Assert.Equal(2, (await RetentionRun.RowsAsync(app, TableKeys.EntryPrefix)).Count);
        await RetentionRun.VerifyAsync(app);
    }

    [Fact]
    public async Task The_sweep_looks_after_licenses_that_no_longer_commit_and_leaves_the_others()
    {
        var storage = new CountedStorage();
        await using var app = new App(azurite, RetentionRun.Settings, storage);
        await RetentionRun.UseAsync(app, days: 2);
        string[] others = ["lic_0", "lic_2", "lic_3"];
        foreach (var id in others)
        {
            await app.Meters.ApplyAsync(id, Commands.Open(id), null, default);
        }

        foreach (var id in others.Append("lic_1"))
        {
            await AddAsync(app, id);
        }

        // One whose row cannot be read keeps none of the others.
        var damaged = (await app.Tables.FindAsync(TableKeys.Licenses, "lic_0", TableKeys.LicenseRow, default))!;
        damaged["Body"] = "{";
        await app.Tables.PutAsync(TableKeys.Licenses, damaged, default);
        await app.Get<IRequestMemory>().RememberAsync("key", new RememberedRequest("hash", 201, "{}"), default);
        await app.SetTimeAsync(RetentionRun.Day(40));
        await app.Meters.ApplyAsync("lic_2", Commands.Consume(), null, default);

        var (steps, turns) = (new List<int>(), new List<string>());
        for (var work = RetentionWork.Start; work is not null;)
        {
            steps.Add(await storage.CountAsync(async () => work = await app.Get<RetentionWalk>().StepAsync(work, maxRequests: 6, default)));
            turns.AddRange(work is { Stage: RetentionStage.Licenses, From: { } at } ? [at] : []);
        }

        // What lic_1 has to remove holds up no other: each has one turn before it goes on.
        Assert.Equal(turns.Distinct(), turns);
        Assert.InRange(steps.Count, 4, 15);
        Assert.All(steps, requests => Assert.InRange(requests, 1, 20));
        Assert.Empty(await RetentionRun.RowsAsync(app, TableKeys.EntryPrefix));
        Assert.Equal((2, 0), (await EntriesAsync(app, "lic_2"), await EntriesAsync(app, "lic_3")));
        Assert.Empty(await app.Tables.QueryAsync(TableKeys.Requests, "", 10, default));
        await RetentionRun.VerifyAsync(app);
    }

    [Fact]
    public async Task The_sweep_goes_on_where_it_was_after_a_fault_and_rests_a_day_at_the_end()
    {
        var further = new RetentionWork(RetentionStage.Licenses, "lic_7", [new RetentionPlace("lic_8", RetentionPart.Evidence, null)]);
        var parts = new Queue<Func<RetentionWork?>>([() => further, () => throw new StoreUnavailableException("away"), () => null]);
        var given = new List<object?>();
        var run = new OrchestrationRun(RetentionSweep.Name, RetentionSweep.InstanceId, (_, work) =>
        {
            given.Add(work);
            return Task.FromResult<object?>(parts.Dequeue()());
        });

        object? next = RetentionWork.Start;
        while (parts.Count > 0)
        {
            await RetentionSweep.RunAsync(run, (RetentionWork)next!);
            next = run.TakeNext();
        }

        Assert.Equal([RetentionWork.Start, further, further], given);
        Assert.Equal(RetentionWork.Start, next);
        Assert.Equal([RetentionSweep.FaultRest, RetentionSweep.Rest], run.Waits);
    }

    [Fact]
    public async Task A_deleted_license_goes_wholly_wherever_a_run_dies_and_its_state_goes_last()
    {
        using var storage = new Interleaved();
        await using var app = new App(azurite, RetentionRun.Settings, storage);
        await using var calm = new App(azurite, RetentionRun.Settings, prefix: app.Prefix);
        await RetentionRun.UseAsync(calm, days: 2);
        await AddAsync(calm, "lic_1");
        await calm.Meters.ApplyAsync("lic_1", new ChangeLicense { Deleted = true }, null, default);
        var state = (await calm.Meters.ReadAsync("lic_1", default))!;
        await calm.Get<ILicenseDirectory>().NoteFeaturesAsync(LicenseFeatures.Of(state), default);
        await calm.Get<ILicenseDirectory>().ChangeAsync("lic_1", license => license with { Deleted = true }, default);

        // Of signals it is somebody else's work to be told.
        await calm.Tables.DeleteAllAsync(
            TableKeys.Meters, "lic_1", (await RetentionRun.RowsAsync(calm, TableKeys.OutboxPrefix)).Select(row => row.RowKey), default);
        await calm.SetTimeAsync(RetentionRun.Day(20));
        await SweepAsync(calm);
        Assert.NotNull(await calm.Meters.ReadAsync("lic_1", default));

        await calm.SetTimeAsync(RetentionRun.Day(60));
        for (var (request, died) = (1, true); died; request++)
        {
            storage.BreakAt(request);
            try
            {
                await SweepAsync(app);
            }
            catch (StoreUnavailableException)
            {
                // It has died.
            }

            died = storage.Mend();
            if (await calm.Meters.ReadAsync("lic_1", default) is { } left)
            {
                await RetentionRun.VerifyAsync(calm);
                Assert.Empty(await calm.Get<DirectoryCheck>().CompareAsync(left, left.LastSeen.AddDays(1), default));
            }
            else
            {
                Assert.Empty(await calm.Tables.QueryAsync(TableKeys.Meters, "PartitionKey eq 'lic_1'", 10, default));
            }
        }

        foreach (var table in new[] { TableKeys.Meters, TableKeys.Licenses, TableKeys.Holders })
        {
            Assert.Empty(await calm.Tables.QueryAsync(table, "", 10, default));
        }
    }

    [Fact]
    public async Task A_deleted_license_stays_when_something_counts_on_it_while_it_goes()
    {
        using var storage = new Interleaved();
        await using var app = new App(azurite, RetentionRun.Settings, storage);
        await using var other = new App(azurite, RetentionRun.Settings, prefix: app.Prefix);
        await other.OpenAsync("lic_1");
        await AddAsync(other, "lic_1");
        await other.Meters.ApplyAsync("lic_1", Commands.Consume(), null, default);
        await other.Meters.ApplyAsync("lic_1", new ChangeLicense { Deleted = true }, null, default);
        await other.Get<ILicenseDirectory>().ChangeAsync("lic_1", license => license with { Deleted = true }, default);
        await other.Tables.DeleteAllAsync(
            TableKeys.Meters, "lic_1", (await RetentionRun.RowsAsync(other, TableKeys.OutboxPrefix)).Select(row => row.RowKey), default);
        await other.SetTimeAsync(RetentionRun.Day(60));

        // Before each of the requests in its turn; only the last ones come too late for it.
        var counted = 0;
        for (var (request, met) = (1, true); met; request++)
        {
            storage.Meet(request, losesAnswer: false, async () =>
            {
                var result = await other.Meters.ApplyAsync(
                    "lic_1", new RecordUse { FeatureCode = Commands.Calls, Given = 1 }, Commands.Key($"r{request}"), default);
                counted += result.Status == ApplyStatus.Applied && result.Answer is UsageAnswer ? 1 : 0;
            });
            await SweepAsync(app);
            met = storage.Disarm();
            if (await other.Meters.ReadAsync("lic_1", default) is null)
            {
                break;
            }

            Assert.Equal(1 + counted, await other.UsedAsync("lic_1"));
            await RetentionRun.VerifyAsync(other);
            await other.SetTimeAsync(RetentionRun.Day(60 + (30 * request)));
        }
    }

    private static async Task SweepAsync(App app)
    {
        for (var work = RetentionWork.Start; work is not null;)
        {
            work = await app.Get<RetentionWalk>().StepAsync(work, RetentionWalk.MaxRequests, default);
        }
    }

    private static async Task AddAsync(App app, string id) => await app.Get<ILicenseDirectory>().AddAsync(
        new LicenseRecord { Id = id, TenantId = "tenant_1", KeyHash = "hash" + id, CreatedAt = App.Start }, default);

    private static async Task<int> EntriesAsync(App app, string id) => (await app.Tables.QueryAsync(
        TableKeys.Meters,
        TableClient.CreateQueryFilter($"PartitionKey eq {id} and RowKey ge 'e' and RowKey lt 'f'"), 100, default)).Count;

    private static async Task<bool> IsDueAsync(App app)
    {
        using var none = new CancellationTokenSource();
        var taken = app.Get<DueLicenses>().TakeAsync(none.Token);
        var isDue = taken.IsCompletedSuccessfully;
        await none.CancelAsync();
        try
        {
            await taken;
        }
        catch (OperationCanceledException)
        {
            // Nothing was due.
        }

        return isDue;
    }
}
