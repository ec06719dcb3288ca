using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Metering.Reports;
using Metering.Server.Tests.Support;

namespace Metering.Server.Tests.Exports;

/// <summary>An export through <c>kill -9</c>: no half file under its name, and the next start ends it.</summary>
[Rule(9)]
public sealed class ExportCrashTests
{
    private const int Events = 20_000;
    private const int Tries = 10;

    [Fact]
    public async Task An_export_that_was_killed_in_the_middle_is_ended_by_the_next_start()
    {
        using var folder = new DataFolder();
        var exports = Path.Combine(folder.Path, "exports");
        var killed = await KilledAsync(folder.Path, exports);

        using var server = await StartAsync(folder.Path);
        JsonElement job;
        do
        {
            job = await server.Client.GetFromJsonAsync<JsonElement>(killed);
        }
        while (job.GetProperty("status").GetString() is "waiting" or "running");

        Assert.Equal("done", job.GetProperty("status").GetString());
        var file = job.GetProperty("file").GetString()!;
        Assert.True(File.ReadLines(file).LongCount() == job.GetProperty("rows").GetInt64() && job.GetProperty("rows").GetInt64() >= Events);
        Assert.Equal(
            [file, file + ExportManifest.Ending],
            Directory.GetFiles(exports, "*", new EnumerationOptions { AttributesToSkip = FileAttributes.None }).Order(StringComparer.Ordinal));
        await server.KillAsync();
        var (code, output) = await ServerProcess.RunAsync("verify-export", file, "--data", folder.Path);
        Assert.True(code == 0, output);
    }

    // Kills the server when the file is begun. Where it was ended faster than that, the next export is tried.
    private static async Task<Uri> KilledAsync(string data, string exports)
    {
        for (var number = 0; number < Tries; number++)
        {
            using var server = await StartAsync(data);
            if (number == 0)
            {
                await UseAsync(server.Client);
            }

            var from = DateTime.UtcNow.Date;
            var made = await server.Client.PostAsJsonAsync(
                "/api/v1/exports", new { report = "ledger", from = from.AddDays(-1), to = from.AddDays(2), format = "jsonl" });
            while (!Directory.Exists(exports) || Directory.GetFiles(exports, ".*.part").Length == 0)
            {
                var job = await server.Client.GetFromJsonAsync<JsonElement>(made.Headers.Location);
                Assert.NotEqual("failed", job.GetProperty("status").GetString());
                if (job.GetProperty("status").GetString() == "done")
                {
                    break;
                }
            }

            await server.KillAsync();
            if (Directory.GetFiles(exports, ".*.part").Length > 0)
            {
                Assert.Empty(Directory.GetFiles(exports, "*" + ExportManifest.Ending));
                return made.Headers.Location!;
            }

            Directory.Delete(exports, recursive: true);
        }

        throw new InvalidOperationException("Each export ended before the server could be killed.");
    }

    private static async Task<ServerProcess> StartAsync(string data)
    {
        var server = await ServerProcess.StartAsync(data);
        server.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ServerProcess.Token);
        return server;
    }

    private static async Task UseAsync(HttpClient http)
    {
        await http.PutAsJsonAsync("/api/v1/catalog", new { features = new[] { new { code = "calls" } }, plans = Array.Empty<object>() });
        var license = await (await http.PostAsJsonAsync("/api/v1/licenses", new { tenant_id = "acme" })).Content
            .ReadFromJsonAsync<JsonElement>();
        await http.PostAsJsonAsync($"/api/v1/licenses/{license.GetProperty("id").GetString()}/features", new { feature_code = "calls" });
        var events = new StringBuilder();
        for (var i = 0; i < Events; i++)
        {
            events.Append("{\"tenant_id\":\"acme\",\"metric\":\"calls\",\"quantity\":1,\"event_id\":\"evt_").Append(i).Append("\"}\n");
        }

        var taken = await http.PostAsync("/api/events", new StringContent(events.ToString(), Encoding.UTF8, "application/x-ndjson"));
        Assert.Equal(Events, (await taken.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("accepted").GetInt32());
    }
}
