using System.Net;
using MeterFunctions.Exports;
using MeterFunctions.Tests.Hosting;
using Metering;
using Metering.Reports;

namespace MeterFunctions.Tests.Exports;

/// <summary>From a request or a schedule to a file in the container, proven against the ledger.</summary>
[Collection(StorageCollection.Name)]
public sealed class ExportRoundsTests(Azurite azurite)
{
    [Theory]
    [InlineData(ExportReport.Ledger, ExportFormat.Jsonl)]
    [InlineData(ExportReport.Usage, ExportFormat.Csv)]
    [InlineData(ExportReport.Billing, ExportFormat.Parquet)]
    public async Task An_export_that_is_asked_for_is_run_and_agrees_with_the_ledger(ExportReport report, ExportFormat format)
    {
        await using var app = await ExportedApp.UsedAsync(azurite);
        var exports = app.Get<TableExports>();
        await exports.AddAsync(ExportedApp.Job("exp_1", report, format), default);

        var rounds = await ExportedApp.RoundAsync(app);

        var job = (await exports.FindAsync("exp_1", default))!;
        Assert.Equal((ExportStatus.Done, ExportState.Final), (job.Status, job.State));
        Assert.Equal(["PlanExports", "RunExport exp_1"], rounds);
        Assert.Equal(["run-exports/Wake"], app.Hub.Raised);
        var findings = await ExportedApp.CheckAsync(app, job);
        Assert.Equal(job.Rows, findings.Rows);
        Assert.True(findings.Rows > 0);
        Assert.Equal(["PlanExports"], await ExportedApp.RoundAsync(app));
    }

    [Theory]
    [InlineData(ExportReport.Ledger, ExportFormat.Parquet)]
    [InlineData(ExportReport.Usage, ExportFormat.Csv)]
    public async Task One_that_takes_longer_than_a_run_goes_on_in_the_next_round(ExportReport report, ExportFormat format)
    {
        await using var app = await ExportedApp.UsedAsync(azurite);
        await ExportedApp.UseAsync(app, "lic_3", 3);
        await app.SetTimeAsync(App.Start.AddDays(3));
        var exports = app.Get<TableExports>();
        await exports.AddAsync(ExportedApp.Job("exp_1", report, format), default);
        var (rounds, job) = (0, (ExportJob?)null);
        while (job is not { IsOver: true })
        {
            await ExportedApp.RoundAsync(app, TimeSpan.Zero);
            var before = job?.LicensesDone ?? 0;
            job = (await exports.FindAsync("exp_1", default))!;
            Assert.InRange(++rounds, 1, 20);
            Assert.True(job.LicensesDone >= before);
        }

        Assert.True(rounds > 5, $"{rounds} rounds");
        Assert.Equal((ExportStatus.Done, 3), (job.Status, job.LicensesDone));
        var findings = await ExportedApp.CheckAsync(app, job);
        Assert.Equal(job.Rows, findings.Rows);

        // Nothing but the file and its manifest.
        var container = new Azure.Storage.Blobs.BlobContainerClient(azurite.ConnectionString, ExportedApp.ContainerOf(app));
        Assert.Equal(2, await container.GetBlobsAsync().CountAsync());
    }

    [Fact]
    public async Task A_schedule_has_its_span_exported_once()
    {
        await using var app = await ExportedApp.UsedAsync(azurite);
        await app.Get<IExportSchedules>().AddAsync(
            new ExportSchedule
            {
                Id = "sch_1", Cron = "0 6 * * *", TimeZone = "Europe/Berlin", Report = ExportReport.Ledger, CreatedAt = App.Start,
            }.From(App.Start.AddDays(2)),
            default);
        await app.SetTimeAsync(App.Start.AddDays(4));

        var rounds = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            rounds.AddRange(await ExportedApp.RoundAsync(app));
        }

        var made = (await app.Get<TableExports>().ListAsync(null, 10, default)).Items;
        Assert.NotEmpty(made);
        Assert.All(made, job => Assert.Equal((ExportStatus.Done, "sch_1"), (job.Status, job.ScheduleId)));
        Assert.Equal(made.Count, made.Select(job => job.Order.Span).Distinct().Count());
        Assert.Equal(made.Count, rounds.Count(step => step.StartsWith("RunExport", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_round_that_is_replayed_or_meets_one_of_another_instance_makes_nothing_twice()
    {
        await using var app = await ExportedApp.UsedAsync(azurite);
        await using var other = new App(
            azurite, new() { ["Metering:ExportContainer"] = ExportedApp.ContainerOf(app) }, prefix: app.Prefix);
        await app.Get<IExportSchedules>().AddAsync(
            new ExportSchedule
            {
                Id = "sch_1", Cron = "0 6 * * *", TimeZone = "UTC", Report = ExportReport.Ledger, CreatedAt = App.Start,
            }.From(App.Start),
            default);

        // The service was down for some days, and then two instances look at the same time, again and again.
        await app.SetTimeAsync(App.Start.AddDays(6));
        for (var i = 0; i < 6; i++)
        {
            await Task.WhenAll(ExportedApp.RoundAsync(app), ExportedApp.RoundAsync(other));
        }

        var made = (await app.Get<TableExports>().ListAsync(null, 100, default)).Items;
        Assert.True(made.Count >= 4, $"{made.Count} exports");
        Assert.Equal(made.Count, made.Select(job => job.Order.Span).Distinct().Count());
        foreach (var job in made)
        {
            Assert.True(job.Status == ExportStatus.Done, $"{job.Order.Span}: {job.Status} {job.Failure}");
            await ExportedApp.CheckAsync(app, job);
        }

        // Each file and its manifest, and nothing else.
        var container = new Azure.Storage.Blobs.BlobContainerClient(azurite.ConnectionString, ExportedApp.ContainerOf(app));
        Assert.Equal(2 * made.Count, await container.GetBlobsAsync().CountAsync());
    }

    [Fact]
    public async Task A_schedule_that_is_removed_during_its_run_stays_away_and_its_export_ends()
    {
        await using var app = await ExportedApp.UsedAsync(azurite);
        var schedules = app.Get<IExportSchedules>();
        await schedules.AddAsync(
            new ExportSchedule
            {
                Id = "sch_1", Cron = "0 6 * * *", TimeZone = "UTC", Report = ExportReport.Ledger, CreatedAt = App.Start,
            }.From(App.Start),
            default);
        await app.SetTimeAsync(App.Start.AddDays(4));
        await ExportedApp.RoundAsync(app, TimeSpan.Zero);
        await schedules.RemoveAsync("sch_1", default);

        for (var i = 0; i < 6; i++)
        {
            await ExportedApp.RoundAsync(app, TimeSpan.Zero);
        }

        Assert.Equal(ExportStatus.Done, Assert.Single((await app.Get<TableExports>().ListAsync(null, 10, default)).Items).Status);
        Assert.Empty(await schedules.ListAsync(default));
    }

    [Fact]
    public async Task A_schedule_whose_runs_are_changed_is_looked_at_at_once()
    {
        await using var app = new App(azurite);
        var schedules = app.Get<IExportSchedules>();
        var schedule = new ExportSchedule { Id = "sch_1", Cron = "0 6 * * *", TimeZone = "UTC", CreatedAt = App.Start };
        await schedules.AddAsync(schedule.From(App.Start), default);

        await schedules.ChangeAsync("sch_1", known => known with { LastExportId = "exp_1" }, default);
        Assert.Single(app.Hub.Raised);
        await schedules.ChangeAsync("sch_1", known => (known with { Cron = "0 7 * * *" }).From(App.Start.AddHours(1)), default);

        Assert.Equal(["run-exports/Wake", "run-exports/Wake"], app.Hub.Raised);
    }

    [Fact]
    public async Task A_round_rests_when_the_storage_does_not_let_an_export_begin_and_the_next_one_runs_it()
    {
        await using var app = await ExportedApp.UsedAsync(azurite);
        var exports = app.Get<TableExports>();
        await exports.AddAsync(ExportedApp.Job("exp_1"), default);
        using var storage = new RefusingStorage();
        await using var refused = new App(
            azurite, new() { ["Metering:ExportContainer"] = ExportedApp.ContainerOf(app) }, storage, app.Prefix);

        storage.Refuses = (request, body) =>
            request.Method != HttpMethod.Get && body.Contains("exp_1", StringComparison.Ordinal) ? HttpStatusCode.ServiceUnavailable : null;
        var (steps, rests) = await ExportedApp.RoundAndRestAsync(refused);

        Assert.Equal(["PlanExports", "RunExport exp_1"], steps);
        Assert.Equal([ExportRounds.ShortRest], rests);
        Assert.Equal(ExportStatus.Waiting, (await exports.FindAsync("exp_1", default))!.Status);

        storage.Refuses = null;
        await ExportedApp.RoundAsync(refused);
        Assert.Equal(ExportStatus.Done, (await exports.FindAsync("exp_1", default))!.Status);
    }

    [Fact]
    public async Task One_that_was_interrupted_again_and_again_is_given_up()
    {
        await using var app = await ExportedApp.UsedAsync(azurite);
        var exports = app.Get<TableExports>();
        await exports.AddAsync(ExportedApp.Job("exp_1") with { Status = ExportStatus.Running, Attempts = 10 }, default);

        await ExportedApp.RoundAsync(app);

        var job = (await exports.FindAsync("exp_1", default))!;
        Assert.Equal((ExportStatus.Failed, "It was begun 10 times and interrupted each time."), (job.Status, job.Failure));
    }

    [Fact]
    public async Task More_than_may_wait_are_refused_the_oldest_are_forgotten_and_the_newest_are_listed_first()
    {
        await using var app = new App(azurite, new() { ["Metering:Exports:MaxWaiting"] = "2", ["Metering:Exports:MaxKept"] = "10" });
        var exports = app.Get<TableExports>();
        for (var i = 0; i < 12; i++)
        {
            await exports.AddAsync(
                ExportedApp.Job($"exp_{i:00}") with { CreatedAt = App.Start.AddMinutes(i), Status = ExportStatus.Done }, default);
        }

        Assert.NotNull(await exports.AddAsync(ExportedApp.Job("exp_a") with { CreatedAt = App.Start.AddHours(1) }, default));
        Assert.NotNull(await exports.AddAsync(ExportedApp.Job("exp_b") with { CreatedAt = App.Start.AddHours(2) }, default));
        Assert.Null(await exports.AddAsync(ExportedApp.Job("exp_c") with { CreatedAt = App.Start.AddHours(3) }, default));
        Assert.Equal("exp_a", (await exports.AddAsync(ExportedApp.Job("exp_a"), default))!.Id);

        var first = await exports.ListAsync(null, 5, default);
        var rest = await exports.ListAsync(first.NextCursor, 100, default);
        Assert.Equal(["exp_b", "exp_a", "exp_11", "exp_10", "exp_09"], first.Items.Select(job => job.Id));
        Assert.Equal(["exp_08", "exp_07", "exp_06", "exp_05", "exp_04", "exp_03", "exp_02"], rest.Items.Select(job => job.Id));
        Assert.Null(rest.NextCursor);
        Assert.Equal(["exp_a", "exp_b"], (await exports.OpenAsync(default)).Select(job => job.Id));
    }

    [Fact]
    public async Task It_rests_until_the_next_export_is_due_or_somebody_asks_and_goes_on_after_faults()
    {
        var plans = new Queue<ExportPlan?>(
        [
            new(["exp_1", "exp_2"], TimeSpan.FromMinutes(7)), new([], TimeSpan.FromMinutes(7)), null, new([], TimeSpan.FromMinutes(9)),
        ]);
        var ran = new List<object?>();
        var run = new OrchestrationRun(ExportRounds.Name, ExportRounds.InstanceId, (name, input) =>
        {
            if (name == ExportRounds.RunName)
            {
                ran.Add(input);
                return Task.FromResult<object?>(true);
            }

            return Task.FromResult<object?>(plans.Dequeue() ?? throw new StoreUnavailableException("away"));
        });
        for (var i = 0; i < 3; i++)
        {
            await ExportRounds.RunAsync(run);
        }

        Assert.Equal<object?>(["exp_1", "exp_2"], ran);
        Assert.Equal([TimeSpan.FromMinutes(7), ExportRounds.ShortRest], run.Waits);

        var held = new OrchestrationRun(
            ExportRounds.Name, ExportRounds.InstanceId, (_, _) => Task.FromResult<object?>(plans.Dequeue())) { HoldsTimers = true };
        var resting = ExportRounds.RunAsync(held);
        await held.AtTimer;
        Assert.False(resting.IsCompleted);
        held.Raise(ExportRounds.Wake, true);
        Assert.True(resting.IsCompletedSuccessfully);
    }
}
