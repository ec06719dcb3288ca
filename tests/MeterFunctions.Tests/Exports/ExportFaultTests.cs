using System.Net;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;
using MeterFunctions.Exports;
using MeterFunctions.Tests.Hosting;
using Metering;
using Metering.Reports;

namespace MeterFunctions.Tests.Exports;

/// <summary>An export whose storage fails says why, leaves nothing under its name, and the next try succeeds.</summary>
[Collection(StorageCollection.Name)]
public sealed class ExportFaultTests(Azurite azurite)
{
    [Theory]
    [InlineData(HttpStatusCode.ServiceUnavailable, ExportFailure.Unavailable)]
    [InlineData(HttpStatusCode.Forbidden, ExportFailure.NotWritable)]
    [InlineData(HttpStatusCode.NotFound, ExportFailure.NotWritable)]
    public async Task A_container_that_fails_is_told_and_the_next_try_succeeds(HttpStatusCode status, string code)
    {
        await using var app = await ExportedApp.UsedAsync(azurite);
        using var storage = new FailingStorage { Status = status, FailsFor = HttpMethod.Put };
        var container = Through(storage, ExportedApp.ContainerOf(app));
        await container.CreateIfNotExistsAsync();
        var run = Run(app, container);
        var exports = app.Get<TableExports>();
        await exports.AddAsync(ExportedApp.Job("exp_1"), default);

        storage.Failures = int.MaxValue;
        var failed = (await run.RunAsync("exp_1", TimeSpan.FromMinutes(1), default))!;
        Assert.Equal((ExportStatus.Failed, code), (failed.Status, failed.FailureCode));
        Assert.Contains(ExportedApp.ContainerOf(app), failed.Failure!, StringComparison.Ordinal);
        Assert.Equal(0, await container.GetBlobsAsync().CountAsync());

        // As a schedule has it tried again.
        storage.Failures = 0;
        await exports.ChangeAsync("exp_1", job => job with { Status = ExportStatus.Waiting }, default);
        var done = (await run.RunAsync("exp_1", TimeSpan.FromMinutes(1), default))!;
        Assert.Equal(ExportStatus.Done, done.Status);
        await ExportedApp.CheckAsync(app, done);
    }

    [Fact]
    public async Task Tables_that_are_lost_in_the_middle_are_told_and_what_was_put_by_is_taken_away()
    {
        await using var app = await ExportedApp.UsedAsync(azurite);
        using var tables = new FailingStorage { FailsFor = HttpMethod.Get };
        await using var failing = new App(
            azurite, new() { ["Metering:ExportContainer"] = ExportedApp.ContainerOf(app) }, tables, app.Prefix);
        var exports = app.Get<TableExports>();
        await exports.AddAsync(ExportedApp.Job("exp_1"), default);
        Assert.Equal(ExportStatus.Running, (await Run(app, Through(new FailingStorage(), ExportedApp.ContainerOf(app)))
            .RunAsync("exp_1", TimeSpan.Zero, default))!.Status);

        // Its sources fail; the record of the export, which says why, is reached by another way.
        tables.Failures = int.MaxValue;
        var run = new ExportRun(
            failing.Get<ExportSources>() with { Scan = app.Get<ILedgerScan>() }, app.Get<IExportSink>(), exports,
            app.Get<IMeterClock>(), TimeProvider.System);
        var lost = (await run.RunAsync("exp_1", TimeSpan.Zero, default))!;

        Assert.Equal((ExportStatus.Failed, ExportFailure.Unavailable), (lost.Status, lost.FailureCode));
        var container = new BlobContainerClient(azurite.ConnectionString, ExportedApp.ContainerOf(app));
        Assert.Equal(0, await container.GetBlobsAsync().CountAsync());
    }

    [Fact]
    public async Task One_that_is_cancelled_in_the_middle_leaves_nothing()
    {
        await using var app = await ExportedApp.UsedAsync(azurite);
        var exports = app.Get<TableExports>();
        await exports.AddAsync(ExportedApp.Job("exp_1", ExportReport.Usage), default);
        await ExportedApp.RoundAsync(app, TimeSpan.Zero);
        var stopping = (await exports.ChangeAsync("exp_1", job => job.Cancel(App.Start), default))!;
        Assert.Equal(ExportStatus.Cancelling, stopping.Status);

        await ExportedApp.RoundAsync(app, TimeSpan.Zero);

        Assert.Equal(ExportStatus.Cancelled, (await exports.FindAsync("exp_1", default))!.Status);
        var container = new BlobContainerClient(azurite.ConnectionString, ExportedApp.ContainerOf(app));
        Assert.Equal(0, await container.GetBlobsAsync().CountAsync());
    }

    private static ExportRun Run(App app, BlobContainerClient container) => new(
        app.Get<ExportSources>(), new BlobExportSink(() => container), app.Get<TableExports>(), app.Get<IMeterClock>(),
        TimeProvider.System);

    private BlobContainerClient Through(HttpMessageHandler storage, string container)
    {
        var options = new BlobClientOptions { Transport = new HttpClientTransport(storage) };
        (options.Retry.MaxRetries, options.Retry.Delay, options.Retry.MaxDelay) =
            (2, TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(2));
        return new BlobContainerClient(azurite.ConnectionString, container, options);
    }
}
