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

/// <summary>Exports of a whole server: by its routes, into a folder, and proven from its files.</summary>
public sealed class ServerExportTests : IAsyncDisposable
{
    private const string Token = "a-token-for-exports";
    private static readonly string[] Month = ["2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z"];

    private readonly DataFolder _folder = new();
    private WebApplication? _app;
    private HttpClient _http = new();

    [Fact]
    public async Task An_export_waits_runs_and_is_proven_from_the_files()
    {
        await StartAsync();
        await UseAsync();
        var made = await PostAsync("/api/v1/exports", Ledger("csv", compress: "gzip"));
        Assert.Equal(HttpStatusCode.Accepted, made.StatusCode);
        var job = await made.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal($"/api/v1/exports/{job.GetProperty("id").GetString()}", made.Headers.Location!.ToString());
        Assert.Equal("waiting", job.GetProperty("status").GetString());

        await RunAsync();
        var done = await GetAsync(made.Headers.Location!.ToString());
        Assert.Equal(("done", "provisional"), (done.GetProperty("status").GetString(), done.GetProperty("state").GetString()));
        Assert.True(done.GetProperty("rows").GetInt64() > 3);
        var file = done.GetProperty("file").GetString()!;
        Assert.StartsWith(Path.Combine(_folder.Path, "exports"), file, StringComparison.Ordinal);
        Assert.Equal(new FileInfo(file).Length, done.GetProperty("bytes").GetInt64());
        Assert.DoesNotContain(Directory.GetFiles(Path.GetDirectoryName(file)!), name => name.EndsWith(".part", StringComparison.Ordinal));
        Assert.Single((await GetAsync("/api/v1/exports")).GetProperty("items").EnumerateArray());

        await StopAsync();
        Assert.Equal((0, true), await VerifyAsync(file, "All agrees: "));
        await File.AppendAllTextAsync(file + ".copy", "");
        await Assert.ThrowsAsync<CommandLineException>(() => VerifyAsync(file + ".copy", ""));
        var bytes = await File.ReadAllBytesAsync(file);
        bytes[^6] ^= 1;
        await File.WriteAllBytesAsync(file, bytes);
        Assert.Equal((1, true), await VerifyAsync(file, "The file's SHA-256 is "));
    }

    [Fact]
    public async Task A_waiting_export_is_stopped_and_one_that_is_over_is_taken_away()
    {
        await StartAsync();
        await UseAsync();
        var waiting = (await PostAsync("/api/v1/exports", Ledger("jsonl"))).Headers.Location!.ToString();
        var stopped = await _http.DeleteAsync(waiting);
        Assert.Equal(HttpStatusCode.Accepted, stopped.StatusCode);
        Assert.Equal("cancelled", (await stopped.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("status").GetString());
        await RunAsync();

        var over = (await PostAsync("/api/v1/exports", Ledger("parquet"))).Headers.Location!.ToString();
        await RunAsync();
        var file = (await GetAsync(over)).GetProperty("file").GetString()!;
        Assert.True(File.Exists(file) && File.Exists(file + ExportManifest.Ending));
        Assert.Equal(HttpStatusCode.NoContent, (await _http.DeleteAsync(over)).StatusCode);
        Assert.Empty(Directory.GetFiles(Path.Combine(_folder.Path, "exports")));
        await ProblemAsync(await _http.GetAsync(over), 404, "export_not_found");
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
        var begun = await new FolderSink(Path.Combine(_folder.Path, "exports")).CreateAsync(name, id, default);
        await begun.Content.WriteAsync("half a row"u8.ToArray());
        await begun.Content.DisposeAsync();
        await StopAsync();

        await StartAsync();
        await RunAsync();
        var done = await GetAsync(url);
        Assert.Equal("done", done.GetProperty("status").GetString());
        Assert.Equal(2, Directory.GetFiles(Path.Combine(_folder.Path, "exports")).Length);
        await StopAsync();
        Assert.Equal((0, true), await VerifyAsync(done.GetProperty("file").GetString()!, "All agrees: "));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_is_told_and_the_next_try_goes_on()
    {
        // A folder below a file can't be made by anybody, root included.
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "file"), "");
        await StartAsync("--Metering:ExportFolder=" + Path.Combine(_folder.Path, "file", "exports"));
        await UseAsync();
        var url = (await PostAsync("/api/v1/exports", Ledger("csv"))).Headers.Location!.ToString();
        await RunAsync();
        var failed = await GetAsync(url);
        Assert.Equal("failed", failed.GetProperty("status").GetString());
        Assert.Contains("exports", failed.GetProperty("failure").GetString(), StringComparison.Ordinal);
        Assert.Equal("not_writable", failed.GetProperty("failure_code").GetString());
        Assert.Equal(HttpStatusCode.NoContent, (await _http.DeleteAsync(url)).StatusCode);

        File.Delete(Path.Combine(_folder.Path, "file"));
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
        var folder = new FolderSink(Path.Combine(_folder.Path, "exports"));
        var services = App.Services;
        await new ExportRun(
            services.GetRequiredService<ExportSources>(), new FullDisk(folder), Exports, services.GetRequiredService<IMeterClock>(),
            TimeProvider.System).RunAsync(url[(url.LastIndexOf('/') + 1)..], default);
        var failed = await GetAsync(url);
        Assert.Equal(("failed", "disk_full"), (failed.GetProperty("status").GetString(), failed.GetProperty("failure_code").GetString()));
        Assert.Contains("no room left", failed.GetProperty("failure").GetString(), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Path.Combine(_folder.Path, "exports")));

        url = (await PostAsync("/api/v1/exports", Ledger("csv"))).Headers.Location!.ToString();
        await RunAsync();
        Assert.Equal("done", (await GetAsync(url)).GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_span_takes_times_and_days_as_reports_do()
    {
        await StartAsync();
        await UseAsync();
        var made = await PostAsync("/api/v1/exports", new { report = "usage", from = "2026-11-01", to = Month[1], format = "csv" });
        Assert.Equal(HttpStatusCode.Accepted, made.StatusCode);
        var job = await made.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal((Month[0], Month[1]), (job.GetProperty("from").GetString(), job.GetProperty("to").GetString()));
        await FieldAsync(new { report = "usage", from = "2026-11-31", to = Month[1], format = "csv" }, "/from");
        await FieldAsync(new { report = "usage", from = "2026-11-01T00:00:00", to = Month[1], format = "csv" }, "/from");
        await FieldAsync("POST", "/api/billing-report", new { tenant_id = "acme", from = "2026-1-1" }, "/from");
        var bill = await PostAsync("/api/billing-report", new { tenant_id = "acme", from = "2026-11-01", to = "2026-12-01" });
        Assert.Equal(Month[0], (await bill.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("from").GetString());
    }

    [Fact]
    public async Task Requests_that_are_wrong_are_told_by_field()
    {
        await StartAsync("--Metering:Exports:MaxWaiting=1");
        await UseAsync();
        await FieldAsync(new { report = "usage", from = Month[0], to = Month[1], format = "xml" }, "/format");
        await FieldAsync(new { report = "invoices", from = Month[0], to = Month[1], format = "csv" }, "/report");
        await FieldAsync(new { report = "ledger", from = Month[1], to = Month[0], format = "csv" }, "/to");
        await FieldAsync(new { report = "ledger", from = "2025-10-01T00:00:00Z", to = Month[1], format = "csv" }, "/from");
        await FieldAsync(new { report = "usage", from = "2026-11-01T01:00:00Z", to = Month[1], format = "csv" }, "/from");
        await FieldAsync(new { report = "usage", from = Month[0], to = Month[1], format = "parquet", compress = "gzip" }, "/compress");
        await FieldAsync(new { report = "usage", from = Month[0], to = Month[1], format = "csv", name = "../x" }, "/name");
        await ProblemAsync(
            await PostAsync("/api/v1/exports", new { report = "usage", from = Month[0], to = Month[1], format = "csv", tenant_id = "nobody" }),
            404, "license_not_found");
        Assert.Equal(HttpStatusCode.Accepted, (await PostAsync("/api/v1/exports", Ledger("csv"))).StatusCode);
        await ProblemAsync(await PostAsync("/api/v1/exports", Ledger("csv")), 503, "busy");
    }

    [Fact]
    public async Task A_schedule_is_made_changed_paused_and_forgotten_and_shows_its_next_runs()
    {
        await StartAsync();
        await UseAsync();
        var made = await PostAsync("/api/v1/export-schedules", new
        {
            report = "usage", cron = "0 6 * * *", time_zone = "Europe/Berlin", span = "day", format = "csv", provisional = true,
        });
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        var schedule = await made.Content.ReadFromJsonAsync<JsonElement>();
        var path = "/api/v1/export-schedules/" + schedule.GetProperty("id").GetString();
        Assert.Equal(5, schedule.GetProperty("next_runs").GetArrayLength());
        Assert.Equal("provisional", schedule.GetProperty("next_runs")[0].GetProperty("state").GetString());

        var paused = await (await _http.PatchAsJsonAsync(path, new { paused = true })).Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal((true, 0), (paused.GetProperty("paused").GetBoolean(), paused.GetProperty("next_runs").GetArrayLength()));
        await FieldAsync("PATCH", path, new { cron = "61 * * * *" }, "/cron");
        await FieldAsync("PATCH", path, new { cron = "0 0 31 2 *" }, "/cron");
        await FieldAsync("PATCH", path, new { time_zone = "Mars/Olympus" }, "/time_zone");
        Assert.Equal(HttpStatusCode.NoContent, (await _http.DeleteAsync(path)).StatusCode);
        await ProblemAsync(await _http.GetAsync(path), 404, "export_schedule_not_found");
    }

    [Theory]
    [InlineData("usage")]
    [InlineData("billing")]
    public async Task A_schedule_makes_its_exports_by_the_engines_clock_and_once_over_a_restart(string report)
    {
        await StartAsync("--test-clock");
        await UseAsync();
        var schedule = await (await PostAsync(
            "/api/v1/export-schedules", new { report, cron = "0 1 * * *", span = "day", format = "csv" }))
            .Content.ReadFromJsonAsync<JsonElement>();
        await _http.PutAsJsonAsync("/api/v1/test-clock", new { advance = "P3D" });
        await RunSchedulesAsync();
        await StopAsync();
        await StartAsync("--test-clock");
        await RunSchedulesAsync();

        var items = (await GetAsync("/api/v1/exports")).GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(items.Count, items.Select(item => item.GetProperty("from").GetString()).Distinct().Count());
        Assert.InRange(items.Count, 1, 3);
        Assert.All(items, item => Assert.Equal("done", item.GetProperty("status").GetString()));
        Assert.All(items, item => Assert.Equal("final", item.GetProperty("state").GetString()));
        Assert.All(items, item => Assert.Equal(schedule.GetProperty("id").GetString(), item.GetProperty("schedule_id").GetString()));
        var used = Assert.Single(items, item => item.GetProperty("rows").GetInt64() == 1);
        await StopAsync();
        Assert.Equal((0, true), await VerifyAsync(used.GetProperty("file").GetString()!, "All agrees: 1 row."));
    }

    [Fact]
    public async Task A_span_from_before_the_evidences_retention_is_gone()
    {
        await StartAsync();
        await UseAsync();
        var kept = DateOnly.FromDateTime(DateTime.UtcNow).AddDays(-5);
        await App.Services.GetRequiredService<MeterEngine>().Store.RunAsync(store =>
        {
            Marks.Write(store, Marks.RollupsFrom, kept.DayNumber);
            return true;
        });
        await ProblemAsync(await PostAsync("/api/v1/exports", Ledger("csv")), 410, "evidence_removed");
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _folder.Dispose();
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

    private WebApplication App => _app!;

    private SqliteExports Exports => App.Services.GetRequiredService<SqliteExports>();

    // Without the loop, so that a test says when an export runs.
    private async Task StartAsync(params string[] settings)
    {
        _app = MeteringServer.Build(
            ServerCommandLine.Parse(
                ["--urls", "http://127.0.0.1:0", "--data", _folder.Path, "--Metering:BootstrapToken=" + Token, .. settings]),
            services => services.Remove(services.Single(one => one.ServiceType == typeof(IHostedService)
                && one.ImplementationFactory?.Method.ReturnType == typeof(ExportLoop))));
        await _app.StartAsync();
        _http = new HttpClient
        {
            BaseAddress = new Uri(_app.Urls.First()),
            DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", Token) },
        };
    }

    private async Task StopAsync()
    {
        _http.Dispose();
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        _app = null;
    }

    private async Task RunAsync()
    {
        var loop = App.Services.GetRequiredService<ExportLoop>();
        while (await loop.RunNextAsync(default))
        {
        }
    }

    private async Task RunSchedulesAsync()
    {
        await App.Services.GetRequiredService<ExportLoop>().RunSchedulesAsync(default);
        while (await App.Services.GetRequiredService<ExportLoop>().RunNextAsync(default))
        {
            await App.Services.GetRequiredService<ExportLoop>().RunSchedulesAsync(default);
        }
    }

    private async Task UseAsync()
    {
        await _http.PutAsJsonAsync("/api/v1/catalog", new { features = new[] { new { code = "calls" } }, plans = Array.Empty<object>() });
        var license = await (await PostAsync("/api/v1/licenses", new { tenant_id = "acme" })).Content.ReadFromJsonAsync<JsonElement>();
        await PostAsync($"/api/v1/licenses/{license.GetProperty("id").GetString()}/features", new { feature_code = "calls" });
        var events = Enumerable.Range(0, 5).Select(i => new { tenant_id = "acme", metric = "calls", quantity = 1.5m + i, event_id = $"e{i}" });
        Assert.True((await PostAsync("/api/events", events)).IsSuccessStatusCode);
    }

    private static object Ledger(string format, string compress = "none") => new
    {
        report = "ledger", from = DateTime.UtcNow.Date.AddDays(-20), to = DateTime.UtcNow.Date.AddDays(10), format, compress,
    };

    private Task<HttpResponseMessage> PostAsync(string path, object body) => _http.PostAsJsonAsync(path, body);

    private Task<JsonElement> GetAsync(string path) => _http.GetFromJsonAsync<JsonElement>(path);

    private Task FieldAsync(object body, string pointer) => FieldAsync("POST", "/api/v1/exports", body, pointer);

    private async Task FieldAsync(string method, string path, object body, string pointer)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = JsonContent.Create(body) };
        var problem = await ProblemAsync(await _http.SendAsync(request), 400, "invalid_request");
        Assert.Contains(pointer, problem.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("pointer").GetString()));
    }

    private static async Task<JsonElement> ProblemAsync(HttpResponseMessage answer, int status, string code)
    {
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal((status, code), ((int)answer.StatusCode, problem.GetProperty("code").GetString()));
        return problem;
    }

    private async Task<(int Exit, bool Said)> VerifyAsync(string file, string expected)
    {
        await using var output = new StringWriter();
        var exit = await VerifyExportCommand.RunAsync(ServerCommandLine.Parse(["--data", _folder.Path]), file, output, default);
        return (exit, output.ToString().Contains(expected, StringComparison.Ordinal));
    }
}
