using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Metering.Reports;
using Metering.Server.Engine;
using Metering.Server.Exports;
using Metering.Server.Hosting;
using Metering.Server.Storage;
using Metering.Server.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Metering.Server.Tests.Exports;

/// <summary>Exports that meet a fault: what they say, what they leave, and that the next try goes on.</summary>
public sealed class ExportFaultTests : ExportServerTest
{
    [Fact]
    public async Task A_folder_that_cannot_be_written_is_told_and_the_next_try_goes_on()
    {
        // A folder below a file can't be made by anybody, root included.
        await File.WriteAllTextAsync(Path.Combine(Data, "file"), "");
        await StartAsync("--Metering:ExportFolder=" + Path.Combine(Data, "file", "exports"));
        await UseAsync();
        var url = (await PostAsync("/api/v1/exports", Ledger("csv"))).Headers.Location!.ToString();
        await RunAsync();
        var failed = await GetAsync(url);
        Assert.Equal("failed", failed.GetProperty("status").GetString());
        Assert.Contains("exports", failed.GetProperty("failure").GetString(), StringComparison.Ordinal);
        Assert.Equal("not_writable", failed.GetProperty("failure_code").GetString());
        Assert.Equal(HttpStatusCode.NoContent, (await Http.DeleteAsync(url)).StatusCode);

        File.Delete(Path.Combine(Data, "file"));
        url = (await PostAsync("/api/v1/exports", Ledger("csv"))).Headers.Location!.ToString();
        await RunAsync();
        Assert.Equal("done", (await GetAsync(url)).GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_full_disk_is_told_leaves_no_half_file_and_the_next_try_goes_on()
    {
        await StartAsync();
        await UseAsync();
        var url = (await PostAsync("/api/v1/exports", Ledger("csv"))).Headers.Location!.ToString();
        var folder = new FolderSink(Path.Combine(Data, "exports"));
        var services = App.Services;
        await new ExportRun(
            services.GetRequiredService<ExportSources>(), new FullDisk(folder), Exports, services.GetRequiredService<IMeterClock>(),
            TimeProvider.System).RunAsync(url[(url.LastIndexOf('/') + 1)..], default);
        var failed = await GetAsync(url);
        Assert.Equal(("failed", "disk_full"), (failed.GetProperty("status").GetString(), failed.GetProperty("failure_code").GetString()));
        Assert.Contains("no room left", failed.GetProperty("failure").GetString(), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Path.Combine(Data, "exports")));

        url = (await PostAsync("/api/v1/exports", Ledger("csv"))).Headers.Location!.ToString();
        await RunAsync();
        Assert.Equal("done", (await GetAsync(url)).GetProperty("status").GetString());
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("a/b.csv")]
    public async Task What_a_crash_left_of_an_export_goes_when_it_is_cancelled(string name)
    {
        await StartAsync();
        await UseAsync();
        var url = (await PostAsync("/api/v1/exports", Ledger("csv"))).Headers.Location!.ToString();
        var id = url[(url.LastIndexOf('/') + 1)..];
        await Exports.ChangeAsync(id, job => job with { Status = ExportStatus.Running, Attempts = 1, Runs = 1 }, default);

        // Never given its name, and never disposed: the process was killed.
        var sink = new FolderSink(Path.Combine(Data, "exports"));
        var mine = Path.GetDirectoryName(sink.LocationOf(name))!;
        Directory.CreateDirectory(mine);
        await File.WriteAllTextAsync(Path.Combine(mine, $".{Path.GetFileName(name)}.{id}.part"), "half");
        await File.WriteAllTextAsync(Path.Combine(mine, $".{Path.GetFileName(name)}.exp_other.part"), "of another, which goes on");

        Assert.Equal(HttpStatusCode.Accepted, (await Http.DeleteAsync(url)).StatusCode);
        await RunAsync();

        Assert.Equal("cancelled", (await GetAsync(url)).GetProperty("status").GetString());
        Assert.EndsWith("exp_other.part", Assert.Single(Directory.GetFiles(mine, ".*")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_the_store_cannot_be_written_the_loop_is_told_so_that_it_waits()
    {
        await StartAsync();
        await UseAsync();
        var url = (await PostAsync("/api/v1/exports", Ledger("csv"))).Headers.Location!.ToString();
        var store = App.Services.GetRequiredService<MeterEngine>().Store;
        await store.RunAsync(Execute("CREATE TRIGGER full BEFORE UPDATE ON export_job BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"));

        // Silent, it would be asked for the same export again at once, for as long as the disk is full.
        var fault = await Assert.ThrowsAsync<StoreUnavailableException>(
            () => App.Services.GetRequiredService<ExportLoop>().RunNextAsync(default));
        Assert.Contains("the disk is full", fault.ToString(), StringComparison.Ordinal);

        await store.RunAsync(Execute("DROP TRIGGER full"));
        await RunAsync();
        Assert.Equal("done", (await GetAsync(url)).GetProperty("status").GetString());

        static Func<Database, bool> Execute(string sql) => database =>
        {
            database.Execute(sql);
            return true;
        };
    }

    [Fact]
    public async Task An_export_that_a_crash_interrupted_begins_anew_and_leaves_one_file()
    {
        await StartAsync();
        await UseAsync();
        var url = (await PostAsync("/api/v1/exports", Ledger("jsonl"))).Headers.Location!.ToString();
        var id = url[(url.LastIndexOf('/') + 1)..];

        // As a killed process leaves it: begun in the store, and half a file under its temporary name.
        await Exports.ChangeAsync(
            id, job => job with { Status = ExportStatus.Running, Attempts = 1, State = ExportState.Provisional }, default);
        var job = await Exports.FindAsync(id, default);
        var name = ExportNames.Of(job!, ExportState.Provisional);
        var begun = await new FolderSink(Path.Combine(Data, "exports")).CreateAsync(name, id, default);
        await begun.Content.WriteAsync("half a row"u8.ToArray());
        await begun.Content.DisposeAsync();
        await StopAsync();

        await StartAsync();
        await RunAsync();
        var done = await GetAsync(url);
        Assert.Equal("done", done.GetProperty("status").GetString());
        Assert.Equal(2, Directory.GetFiles(Path.Combine(Data, "exports")).Length);
        await StopAsync();
        Assert.Equal((0, true), await VerifyAsync(done.GetProperty("file").GetString()!, "All agrees: "));
    }

    [Fact]
    public async Task A_span_from_before_the_evidences_retention_is_gone_and_a_repeat_from_before_gets_its_answer()
    {
        await StartAsync();
        await UseAsync();
        var first = await PostAsync("/api/v1/exports", Ledger("csv"), "one");
        Assert.Equal(HttpStatusCode.Accepted, first.StatusCode);
        var kept = DateOnly.FromDateTime(DateTime.UtcNow).AddDays(-5);
        await App.Services.GetRequiredService<MeterEngine>().Store.RunAsync(store =>
        {
            Marks.Write(store, Marks.RollupsFrom, kept.DayNumber);
            return true;
        });
        await ProblemAsync(await PostAsync("/api/v1/exports", Ledger("csv")), 410, "evidence_removed");

        var again = await PostAsync("/api/v1/exports", Ledger("csv"), "one");
        Assert.Equal((HttpStatusCode.Accepted, first.Headers.Location), (again.StatusCode, again.Headers.Location));
    }

    // A disk on which files begin, and no byte has room.
    private sealed class FullDisk(FolderSink folder) : IExportSink
    {
        private const int NoSpace = 28;

        public async ValueTask<IExportFile> CreateAsync(string name, string exportId, CancellationToken cancellationToken) =>
            new FullFile(await folder.CreateAsync(name, exportId, cancellationToken));

        public ValueTask<Stream?> OpenAsync(string name, CancellationToken cancellationToken) => folder.OpenAsync(name, cancellationToken);

        public ValueTask RemoveAsync(string name, CancellationToken cancellationToken) => folder.RemoveAsync(name, cancellationToken);

        public ExportFailedException? Explain(Exception fault) => folder.Explain(fault);

        public string LocationOf(string name) => folder.LocationOf(name);

        private sealed class FullFile(IExportFile begun) : IExportFile
        {
            public Stream Content => begun.Content;

            public ValueTask PublishAsync(CancellationToken cancellationToken) => throw new IOException("No space left on device", NoSpace);

            public ValueTask DisposeAsync() => begun.DisposeAsync();
        }
    }
}
