using System.Text.Json;
using Metering.Cli.Tests.Support;
using Metering.Client;
using Metering.Client.Tests.Support;

namespace Metering.Cli.Tests.Doctor;

/// <summary>What is wrong with a setup, in words.</summary>
[Collection(MeterCollection.Name)]
public sealed class DoctorTests(Meter meter) : IDisposable
{
    private readonly Tool _tool = new(meter);

    [Fact]
    public async Task A_setup_that_is_well_is_said_to_be()
    {
        await meter.LicenseAsync("healthy");
        var ran = await _tool.RunAsync("doctor");
        var json = (await _tool.RunAsync("doctor", "--json")).Json.GetProperty("findings").EnumerateArray().ToList();

        Assert.Contains($"✓ login: {meter.Address}, from the environment.\n", ran.Output, StringComparison.Ordinal);
        Assert.Contains("✓ address: A meter answers; its API has version 1.0.0.\n", ran.Output, StringComparison.Ordinal);
        Assert.Contains("✓ clock: This machine and the meter agree on the time.\n", ran.Output, StringComparison.Ordinal);
        Assert.Contains("✓ token: It may read, manage, ingest.\n", ran.Output, StringComparison.Ordinal);
        Assert.Contains("✓ catalog: ", ran.Output, StringComparison.Ordinal);
        Assert.Contains(json, one => one.GetProperty("check").GetString() == "ready" && one.GetProperty("status").GetString() == "ok");
    }

    [Fact]
    public async Task A_meter_that_is_away_and_a_login_that_is_none_are_named()
    {
        using var away = new Tool { ["METERING_URL"] = "http://127.0.0.1:1/", ["METERING_TOKEN"] = "any" };
        using var nameless = new Tool { ["METERING_URL"] = "http://meter.invalid/", ["METERING_TOKEN"] = "any" };
        using var nobody = new Tool();
        using var stranger = new Tool { ["METERING_URL"] = meter.Address.ToString(), ["METERING_TOKEN"] = "nobody" };

        var refused = await away.RunAsync("doctor");
        var unknown = await nameless.RunAsync("doctor");
        var logged = await nobody.RunAsync("doctor");
        var token = await stranger.RunAsync("doctor");

        Assert.Equal((3, 3, 1, 1), (refused.Exit, unknown.Exit, logged.Exit, token.Exit));
        Assert.Contains("✗ address: Nothing listens at 127.0.0.1:1", refused.Output, StringComparison.Ordinal);
        Assert.Contains("meter.invalid", unknown.Output, StringComparison.Ordinal);
        Assert.Contains("! TLS: The token goes over the network unencrypted.", unknown.Output, StringComparison.Ordinal);
        Assert.Contains("✗ login: You are not logged in.", logged.Output, StringComparison.Ordinal);
        Assert.Contains("✗ token: The meter at", token.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_webhook_that_is_disabled_and_letters_that_wait_are_named()
    {
        // A server of its own, which was never asked before: licenses, webhooks and dead letters are looked at anew only after ten seconds.
        var ill = new Meter();
        await ill.InitializeAsync();
        try
        {
            using var tool = new Tool(ill);
            var id = (await tool.RunAsync("webhook", "add", "https://receiver.invalid/doctor", "--json")).Json.GetProperty("id").GetString()!;
            (await tool.RunAsync("webhook", "disable", id)).Succeeded();
            await ill.SendAsync(HttpMethod.Post, "/api/v1/events", new[] { new { tenant_id = "ill", metric = "calls", event_id = "ill-1" } });

            var ran = await tool.RunAsync("doctor");

            Assert.Equal(1, ran.Exit);
            Assert.Contains("! licenses: There are none.\n    Create one: meter license create --tenant ID.\n", ran.Output, StringComparison.Ordinal);
            Assert.Contains("! dead letters: 1 event could not be counted.\n", ran.Output, StringComparison.Ordinal);
            Assert.Contains("✗ webhook: https://receiver.invalid/doctor is disabled: ", ran.Output, StringComparison.Ordinal);
            Assert.Contains($"meter webhook enable {id}.", ran.Output, StringComparison.Ordinal);
            Assert.EndsWith("1 wrong, 2 to look at.\n", ran.Output, StringComparison.Ordinal);
        }
        finally
        {
            await ill.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_queue_is_looked_into_while_it_is_in_use()
    {
        var directory = _tool.PathOf("queue");
        await using (var events = new MeteringEvents(new MeteringEventsOptions
        {
            Address = new Uri("http://127.0.0.1:1/"), Token = "any", QueueDirectory = directory, ShutdownTimeout = TimeSpan.Zero,
        }))
        {
            events.Add(new UsageEvent { TenantId = "acme", Metric = "calls" });
            events.Add(new UsageEvent { TenantId = "acme", Metric = "calls" });
            Assert.Equal(2, QueueStanding.Read(directory).Waiting);
        }

        File.AppendAllText(Directory.GetFiles(directory, "*.queue")[0], "{\"torn");
        File.WriteAllText(Path.Combine(directory, "rejected.ndjson"), "{}\n{}\n{}\n");
        var ran = await _tool.RunAsync("doctor", "--queue", directory, "--queue", _tool.Home, "--json");
        var queue = ran.Json.GetProperty("findings").EnumerateArray()
            .Where(one => one.GetProperty("check").GetString()!.StartsWith("queue", StringComparison.Ordinal)).ToList();

        Assert.Equal(["ok", "warning", "warning", "wrong"], queue.Select(one => one.GetProperty("status").GetString()));
        Assert.Contains("2 records wait", Detail(queue[0]), StringComparison.Ordinal);
        Assert.Contains("never take 3 records", Detail(queue[1]), StringComparison.Ordinal);
        Assert.Contains("is incomplete", Detail(queue[2]), StringComparison.Ordinal);
        Assert.Contains("is not a queue's directory", Detail(queue[3]), StringComparison.Ordinal);
        Assert.Equal(1, ran.Exit);
    }

    public void Dispose() => _tool.Dispose();

    private static string Detail(JsonElement finding) => finding.GetProperty("detail").GetString()!;
}
