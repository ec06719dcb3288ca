using System.Security.Cryptography;
using Metering.Cli.Tests.Support;
using Metering.Client.Tests.Support;

namespace Metering.Cli.Tests.Exports;

/// <summary>Files of what was counted, from the request to the proof.</summary>
[Collection(MeterCollection.Name)]
public sealed class ExportCommandTests(Meter meter) : IDisposable
{
    private readonly Tool _tool = new(meter);

    [Theory]
    [InlineData("ledger", "jsonl", true)]
    [InlineData("ledger", "csv", false)]
    [InlineData("usage", "csv", true)]
    [InlineData("usage", "parquet", false)]
    [InlineData("billing", "jsonl", false)]
    public async Task A_file_is_made_fetched_and_agrees_with_the_meter(string report, string format, bool gzip)
    {
        var tenant = $"exported-{report}-{format}";
        var license = await meter.LicenseAsync(tenant);
        await meter.SendAsync(HttpMethod.Post, "/api/v1/events", Enumerable.Range(1, 3).Select(i => new
        {
            license_id = license.Id, metric = "calls", quantity = i + 0.5m, event_id = $"{tenant}-{i}",
        }));
        var (from, to) = (DateTime.UtcNow.ToString("yyyy-MM-dd"), DateTime.UtcNow.AddDays(1).ToString("yyyy-MM-dd"));

        var made = (await _tool.RunAsync(
            [
                "export", "make", report, "--from", from, "--to", to, "--format", format, "--tenant", tenant, "--download", _tool.PathOf("got"), "--json",
                .. gzip ? new[] { "--gzip" } : [],
            ])).Succeeded().Json;
        var file = made.GetProperty("file").GetString()!;
        var proved = (await _tool.RunAsync("verify-export", file)).Succeeded();
        var json = (await _tool.RunAsync("verify-export", file, "--json")).Succeeded().Json;

        Assert.True(File.Exists(file + ".manifest.json"));
        Assert.Contains("rows, as its manifest says", proved.Output, StringComparison.Ordinal);
        Assert.Equal(format != "parquet" && report != "billing", json.GetProperty("compared").GetBoolean());
        Assert.Equal(made.GetProperty("rows").GetInt32(), json.GetProperty("rows").GetInt32());
        File.AppendAllText(file, "x");
        var tampered = await _tool.RunAsync("verify-export", file);
        Assert.Contains("the SHA-256", tampered.Output, StringComparison.Ordinal);
        Assert.Equal(1, tampered.Exit);
    }

    [Fact]
    public async Task A_row_that_the_meter_does_not_have_is_found_though_file_and_manifest_agree()
    {
        var license = await meter.LicenseAsync("forged");
        var (from, to) = (DateTime.UtcNow.ToString("yyyy-MM-dd"), DateTime.UtcNow.AddDays(1).ToString("yyyy-MM-dd"));
        var file = (await _tool.RunAsync(
            "export", "make", "ledger", "--from", from, "--to", to, "--format", "jsonl", "--tenant", "forged", "--download", _tool.Home, "--json"))
            .Succeeded().Json.GetProperty("file").GetString()!;
        var (manifest, old) = (file + ".manifest.json", Hash(file));
        File.WriteAllText(file, File.ReadAllText(file).Replace("license_created", "license_changed", StringComparison.Ordinal));
        File.WriteAllText(manifest, File.ReadAllText(manifest).Replace(
            old, Hash(file), StringComparison.Ordinal));

        var ran = await _tool.RunAsync("verify-export", file);

        Assert.Equal(1, ran.Exit);
        Assert.Equal($"{license.Id} entry 1: the file has kind license_changed, and the meter license_created\n{file} differs.\n", ran.Output);
        (await _tool.RunAsync("verify-export", _tool.PathOf("none"))).Failed(2, "There is no file");
        (await _tool.RunAsync("verify-export", _tool.Write("alone.csv", "a"))).Failed(2, "the manifest must be next to");
        _tool.Write("alone.csv.manifest.json", "{");
        (await _tool.RunAsync("verify-export", _tool.PathOf("alone.csv"))).Failed(2, "is not a manifest");
    }

    [Fact]
    public async Task Exports_and_schedules_are_listed_watched_paused_and_removed()
    {
        var (from, to) = (DateTime.UtcNow.ToString("yyyy-MM-dd"), DateTime.UtcNow.AddDays(1).ToString("yyyy-MM-dd"));
        var id = (await _tool.RunAsync("export", "make", "usage", "--from", from, "--to", to, "--tenant", "exports-none")).Exit == 1
            ? (await _tool.RunAsync("export", "make", "usage", "--from", from, "--to", to, "--json")).Succeeded().Json.GetProperty("id").GetString()!
            : throw new InvalidOperationException("A tenant without licenses was exported.");
        var watched = (await _tool.RunAsync("export", "watch", id)).Succeeded();
        var schedule = (await _tool.RunAsync("schedule", "add", "usage", "--cron", "0 6 * * *", "--span", "day", "--json")).Succeeded()
            .Json.GetProperty("id").GetString()!;
        var paused = (await _tool.RunAsync("schedule", "pause", schedule)).Succeeded();
        var listed = (await _tool.RunAsync("schedule", "list")).Succeeded();
        var removed = (await _tool.RunAsync("schedule", "remove", schedule, "-y")).Succeeded();
        (await _tool.RunAsync("schedule", "add", "usage", "--cron", "now", "--span", "day")).Failed(2, "/cron");
        var exports = (await _tool.RunAsync("export", "list", "--json")).Succeeded();
        (await _tool.RunAsync("export", "delete", id, "--yes")).Succeeded();
        (await _tool.RunAsync("export", "download", id)).Failed(1, id);

        Assert.StartsWith($"{id} is done (provisional): ", watched.Output, StringComparison.Ordinal);
        Assert.Equal($"{schedule}: usage by day, paused.\n", paused.Output);
        Assert.Contains("0 6 * * * UTC", listed.Output, StringComparison.Ordinal);
        Assert.Equal($"Removed {schedule}.\n", removed.Output);
        Assert.Contains(exports.Lines, one => one.GetProperty("id").GetString() == id);
    }

    public void Dispose() => _tool.Dispose();

    private static string Hash(string file) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)));
}
