using System.Text.Json;
using Metering.Api.Tests.Memory;
using Metering.Reports;
using Metering.Reports.Tests.Exports;
using Metering.Reports.Tests.Schedules;
using Microsoft.Extensions.DependencyInjection;

namespace Metering.Api.Tests;

/// <summary>What may be exported, asked for by the routes.</summary>
public class ExportRouteTests
{
    [Theory]
    [InlineData("ledger")]
    [InlineData("usage")]
    [InlineData("billing")]
    public async Task Every_report_is_exported_on_demand_and_on_a_schedule(string report)
    {
        var jobs = new MemoryJobs();
        await using var host = await MemoryHost.StartAsync(services =>
            services.AddSingleton(new ExportPorts(jobs, new MemorySchedules(), new MemorySink(), new NoEntries())));

        var made = await host.SendAsync(
            "POST", "/api/v1/exports",
            $$"""{"report":"{{report}}","from":"2026-11-01T00:00:00Z","to":"2026-11-02T00:00:00Z","format":"parquet"}""");
        Assert.Equal((202, report), (made.Status, made.Text("report")));
        Assert.Equal(report, EnumNames.Of(Assert.Single(jobs.All).Order.Report));

        var schedule = await host.SendAsync(
            "POST", "/api/v1/export-schedules", $$"""{"report":"{{report}}","cron":"0 6 * * *","span":"day","format":"csv"}""");
        Assert.Equal((201, report), (schedule.Status, schedule.Text("report")));
    }

    [Fact]
    public async Task A_file_and_its_manifest_are_sent_when_they_are_there()
    {
        var (jobs, sink) = (new MemoryJobs(), new MemorySink());
        await using var host = await MemoryHost.StartAsync(services =>
            services.AddSingleton(new ExportPorts(jobs, new MemorySchedules(), sink, new NoEntries())));
        var made = await host.SendAsync(
            "POST", "/api/v1/exports", """{"report":"usage","from":"2026-11-01","to":"2026-11-02","format":"csv"}""");
        var path = $"/api/v1/exports/{made.Text("id")}";

        var waiting = await host.SendAsync("GET", path + "/file");
        await jobs.ChangeAsync(
            made.Text("id")!, job => job with { Status = ExportStatus.Done, File = new ExportedFile("a/b.csv", 3, "none") }, default);
        var gone = await host.SendAsync("GET", path + "/file");
        await WriteAsync(sink, "a/b.csv", "[37]");
        await WriteAsync(sink, "a/b.csv.manifest.json", "{}");
        var file = await host.SendAsync("GET", path + "/file");
        var manifest = await host.SendAsync("GET", path + "/manifest");

        Assert.Equal((404, "export_not_found"), (waiting.Status, waiting.Text("code")));
        Assert.Contains("has no file: it is waiting", waiting.Text("detail"), StringComparison.Ordinal);
        Assert.Contains("is gone", gone.Text("detail"), StringComparison.Ordinal);
        Assert.Equal((200, 37, "{}"), (file.Status, file.Json[0].GetInt32(), manifest.Json.GetRawText()));
        Assert.Equal((4, "b.csv"), (file.ContentHeaders.ContentLength, file.ContentHeaders.ContentDisposition!.FileName!.Trim('"')));
    }

    [Fact]
    public async Task A_repeated_change_of_a_schedule_is_answered_again_when_the_schedule_is_gone()
    {
        await using var host = await MemoryHost.StartAsync(services =>
            services.AddSingleton(new ExportPorts(new MemoryJobs(), new MemorySchedules(), new MemorySink(), new NoEntries())));
        var made = await host.SendAsync(
            "POST", "/api/v1/export-schedules", """{"report":"usage","cron":"0 6 * * *","span":"day","format":"csv"}""");
        var path = "/api/v1/export-schedules/" + made.Text("id");
        var first = await PauseAsync("k");

        Assert.Equal(204, (await host.SendAsync("DELETE", path)).Status);
        var again = await PauseAsync("k");

        Assert.Equal((200, 200, "true"), (first.Status, again.Status, again.Header("Idempotency-Replayed")));
        Assert.Equal(first.Json.GetRawText(), again.Json.GetRawText());
        Assert.Equal(404, (await PauseAsync("other")).Status);

        Task<Reply> PauseAsync(string key) =>
            host.SendAsync("PATCH", path, """{"paused":true}""", "Bearer " + MemoryHost.OperatorToken, ("Idempotency-Key", key));
    }

    [Fact]
    public async Task Null_takes_a_schedules_tenant_and_name_away_and_is_refused_for_the_rest()
    {
        await using var host = await MemoryHost.StartAsync(services =>
            services.AddSingleton(new ExportPorts(new MemoryJobs(), new MemorySchedules(), new MemorySink(), new NoEntries())));
        Assert.Equal(201, (await host.SendAsync("POST", "/api/v1/licenses", """{"tenant_id":"acme"}""")).Status);
        var made = await host.SendAsync(
            "POST", "/api/v1/export-schedules",
            """{"report":"usage","cron":"0 6 * * *","span":"day","format":"csv","tenant_id":"acme","name":"acme/{from}"}""");
        var path = "/api/v1/export-schedules/" + made.Text("id");
        Assert.Equal(("acme", "acme/{from}"), (made.Text("tenant_id"), made.Text("name")));

        foreach (var field in new[] { "report", "cron", "time_zone", "span", "format", "compress", "provisional", "paused" })
        {
            var refused = await host.SendAsync("PATCH", path, $$"""{"{{field}}":null}""");
            Assert.Equal((400, "/" + field), (refused.Status, refused.Json.GetProperty("errors")[0].GetProperty("pointer").GetString()));
        }

        var kept = await host.SendAsync("PATCH", path, """{"cron":"0 7 * * *"}""");
        Assert.Equal(("acme", "acme/{from}"), (kept.Text("tenant_id"), kept.Text("name")));
        var without = await host.SendAsync("PATCH", path, """{"tenant_id":null,"name":null}""");
        Assert.Equal(
            (200, JsonValueKind.Null, JsonValueKind.Null, "0 7 * * *"),
            (without.Status, without.Json.GetProperty("tenant_id").ValueKind, without.Json.GetProperty("name").ValueKind,
                without.Text("cron")));
    }

    [Fact]
    public async Task A_new_schedule_with_its_defaults_written_out_is_the_same_request()
    {
        await using var host = await MemoryHost.StartAsync(services =>
            services.AddSingleton(new ExportPorts(new MemoryJobs(), new MemorySchedules(), new MemorySink(), new NoEntries())));

        var first = await CreateAsync("");
        var again = await CreateAsync(""","tenant_id":null,"name":null,"paused":false,"provisional":false""");

        Assert.Equal((201, 201, "true"), (first.Status, again.Status, again.Header("Idempotency-Replayed")));

        Task<Reply> CreateAsync(string more) => host.SendAsync(
            "POST", "/api/v1/export-schedules", $$"""{"report":"usage","cron":"0 6 * * *","span":"day","format":"csv"{{more}}}""",
            "Bearer " + MemoryHost.OperatorToken, ("Idempotency-Key", "k"));
    }

    [Fact]
    public async Task To_resume_a_schedule_is_another_request_than_to_leave_it_paused()
    {
        await using var host = await MemoryHost.StartAsync(services =>
            services.AddSingleton(new ExportPorts(new MemoryJobs(), new MemorySchedules(), new MemorySink(), new NoEntries())));
        var made = await host.SendAsync(
            "POST", "/api/v1/export-schedules", """{"report":"usage","cron":"0 6 * * *","span":"day","format":"csv","paused":true}""");
        var path = "/api/v1/export-schedules/" + made.Text("id");

        Assert.Equal(200, (await ChangeAsync("""{"cron":"0 7 * * *"}""")).Status);
        foreach (var field in new[] { "paused", "provisional" })
        {
            Assert.Equal(422, (await ChangeAsync($$"""{"cron":"0 7 * * *","{{field}}":false}""")).Status);
        }

        Task<Reply> ChangeAsync(string body) =>
            host.SendAsync("PATCH", path, body, "Bearer " + MemoryHost.OperatorToken, ("Idempotency-Key", "k"));
    }

    private static async Task WriteAsync(MemorySink sink, string name, string text)
    {
        await using var file = await sink.CreateAsync(name, "exp_any", default);
        file.Content.Write(System.Text.Encoding.UTF8.GetBytes(text));
        await file.PublishAsync(default);
    }
}
