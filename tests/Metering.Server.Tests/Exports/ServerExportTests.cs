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
public sealed class ServerExportTests : ExportServerTest
{
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
        Assert.StartsWith(Path.Combine(Data, "exports"), file, StringComparison.Ordinal);
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
        var stopped = await Http.DeleteAsync(waiting);
        Assert.Equal(HttpStatusCode.Accepted, stopped.StatusCode);
        Assert.Equal("cancelled", (await stopped.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("status").GetString());
        await RunAsync();

        var over = (await PostAsync("/api/v1/exports", Ledger("parquet"))).Headers.Location!.ToString();
        await RunAsync();
        var file = (await GetAsync(over)).GetProperty("file").GetString()!;
        Assert.True(File.Exists(file) && File.Exists(file + ExportManifest.Ending));
        Assert.Equal(HttpStatusCode.NoContent, (await Http.DeleteAsync(over)).StatusCode);
        Assert.Empty(Directory.GetFiles(Path.Combine(Data, "exports")));
        await ProblemAsync(await Http.GetAsync(over), 404, "export_not_found");
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

        var paused = await (await Http.PatchAsJsonAsync(path, new { paused = true })).Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal((true, 0), (paused.GetProperty("paused").GetBoolean(), paused.GetProperty("next_runs").GetArrayLength()));
        await FieldAsync("PATCH", path, new { cron = "61 * * * *" }, "/cron");
        await FieldAsync("PATCH", path, new { cron = "0 0 31 2 *" }, "/cron");
        await FieldAsync("PATCH", path, new { time_zone = "Mars/Olympus" }, "/time_zone");
        Assert.Equal(HttpStatusCode.NoContent, (await Http.DeleteAsync(path)).StatusCode);
        await ProblemAsync(await Http.GetAsync(path), 404, "export_schedule_not_found");
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
        await Http.PutAsJsonAsync("/api/v1/test-clock", new { advance = "P3D" });
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

    [Theory]
    [InlineData("""{"cron":"0 6 1 * *"}""")]
    [InlineData("""{"paused":true}""")]
    public async Task A_span_that_waits_to_become_final_is_exported_although_the_schedule_is_changed(string change)
    {
        await StartAsync("--test-clock");
        var path = "/api/v1/export-schedules/" + (await (await PostAsync(
            "/api/v1/export-schedules", new { report = "usage", cron = "0 1 1 * *", span = "month", format = "csv" }))
            .Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString();
        await Http.PutAsJsonAsync("/api/v1/test-clock", new { now = "2031-12-01T12:00:00Z" });
        await RunSchedulesAsync();
        await Http.PatchAsync(path, new StringContent(change, null, "application/json"));
        await StopAsync();
        await StartAsync("--test-clock");
        await Http.PatchAsJsonAsync(path, new { paused = false });
        await Http.PutAsJsonAsync("/api/v1/test-clock", new { advance = "P1D" });
        await RunSchedulesAsync();

        var last = (await GetAsync("/api/v1/exports")).GetProperty("items").EnumerateArray().Single(
            item => item.GetProperty("from").GetString()!.StartsWith("2031-11-01", StringComparison.Ordinal));
        Assert.Equal("final", last.GetProperty("state").GetString());
    }
}
