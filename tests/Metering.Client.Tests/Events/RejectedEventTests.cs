using System.Text;
using System.Text.Json;
using Metering.Client.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Metering.Client.Tests.Events;

/// <summary>Events that the meter does not count: told, kept, or sent again; and none holds up another.</summary>
public sealed class RejectedEventTests(Meter meter) : EventsTest(meter)
{
    private const string NotKept = """
        { "accepted": 0, "duplicates": 0, "rejected":
            [{ "index": 0, "event_id": "e", "code": "forbidden", "detail": "It is another's.", "dead_letter_id": null }] }
        """;

    [Fact]
    public async Task An_event_that_the_meter_cannot_count_is_told_and_holds_up_no_other()
    {
        var license = await Host.LicenseAsync();
        var rejected = new List<RejectedEvent>();
        await using var events = Events(options => options.OnRejected = one =>
        {
            rejected.Add(one);
            throw new InvalidOperationException("A fault of the caller.");
        });

        var bad = events.Add(new UsageEvent { LicenseId = license.Id, Metric = "no_such_metric" });
        events.Add(new UsageEvent { LicenseId = license.Id, Metric = "calls", Quantity = 2 });
        await events.FlushAsync();

        Assert.Equal(bad, Assert.Single(rejected).EventId);
        Assert.Equal(2, await Host.UsedAsync(license));
    }

    [Fact]
    public async Task A_later_change_of_options_does_not_change_who_is_told()
    {
        var license = await Host.LicenseAsync();
        var (rejected, changed) = (new List<RejectedEvent>(), new MeteringEventsOptions());
        await using var events = Events(options => (changed = options).OnRejected = rejected.Add);

        changed.OnRejected = null;
        events.Add(new UsageEvent { LicenseId = license.Id, Metric = "no_such_metric" });
        await events.FlushAsync();

        Assert.Single(rejected);
    }

    [Fact]
    public async Task An_event_that_fails_each_time_and_is_a_dead_letter_holds_up_no_other()
    {
        var rejected = new List<RejectedEvent>();
        await using var events = Events(options => (options.OnRejected, options.MaxBatch, options.MaxDelay) =
            (rejected.Add, 2, TimeSpan.FromHours(1)));
        Wire.Says = """
            { "accepted": 1, "duplicates": 0, "rejected":
                [{ "index": 0, "event_id": "bad", "code": "internal_error", "detail": "It failed.", "dead_letter_id": "dl_1" }] }
            """;

        events.Add(new UsageEvent { LicenseId = "damaged", Metric = "calls", EventId = "bad" });
        events.Add(new UsageEvent { LicenseId = "good", Metric = "calls" });
        await UntilAsync(() => events.WaitingEvents == 0);

        Assert.Equal((1, "bad"), (Wire.Sent, Assert.Single(rejected).EventId));
    }

    [Theory]
    [InlineData("busy")]
    [InlineData("internal_error")]
    public async Task What_the_meter_could_not_take_now_and_did_not_keep_is_sent_again(string code)
    {
        var license = await Host.LicenseAsync();
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var events = Events(options => options.MaxDelay = TimeSpan.FromHours(1), clock);
        Wire.Says = $$"""
            { "accepted": 0, "duplicates": 0, "rejected":
                [{ "index": 0, "event_id": "e", "code": "{{code}}", "detail": "Not now.", "dead_letter_id": null }] }
            """;

        events.Add(new UsageEvent { LicenseId = license.Id, Metric = "calls", Quantity = 2, EventId = "e" });
        var flushed = events.FlushAsync();
        await UntilAsync(() => Wire.Sent > 0);
        Wire.Mend();
        await UntilAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return flushed.IsCompletedSuccessfully;
        });

        Assert.Equal(2, await Host.UsedAsync(license));
    }

    [Fact]
    public async Task A_record_that_the_meter_cannot_read_is_put_aside_and_holds_up_no_other()
    {
        var license = await Host.LicenseAsync();
        Wire.Cut = true;
        await using (var first = Events(options => options.ShutdownTimeout = TimeSpan.Zero))
        {
            first.Add(new UsageEvent { LicenseId = license.Id, Metric = "calls", Quantity = 1 });
        }

        // Not UTF-8: a damaged disk. The lines around it are good.
        var file = Assert.Single(Directory.GetFiles(Folder.Path, "*.queue"));
        await using (var damaged = new FileStream(file, FileMode.Append))
        {
            damaged.Write([0xff, 0xfe, (byte)'\n']);
            var good = $$"""{"license_id":"{{license.Id}}","metric":"calls","quantity":2,"event_id":"e2"}""";
            damaged.Write(Encoding.UTF8.GetBytes(good + "\n"));
        }

        Wire.Cut = false;
        await using var second = Events();
        await second.FlushAsync();

        Assert.Equal(3, await Host.UsedAsync(license));
        Assert.Equal(0, second.WaitingEvents);
        Assert.Equal([0xff, 0xfe, (byte)'\n'], await File.ReadAllBytesAsync(Path.Combine(Folder.Path, "rejected.ndjson")));
    }

    [Fact]
    public async Task An_event_that_the_meter_rejected_and_did_not_keep_stays_on_the_disk()
    {
        var license = await Host.LicenseAsync("own");
        var made = await Host.SendAsync(
            HttpMethod.Post, "/api/v1/tokens", new { name = "own", scopes = new[] { "ingest" }, tenant_id = "own" });
        await using var events = Events(options => options.Token = made.GetProperty("token").GetString()!);

        events.Add(new UsageEvent { TenantId = "other", Metric = "calls", EventId = "of-another" });
        events.Add(new UsageEvent { LicenseId = license.Id, Metric = "no_such_metric", EventId = "a-letter" });
        events.Add(new UsageEvent { LicenseId = license.Id, Metric = "calls", Quantity = 2 });
        await events.FlushAsync();

        Assert.Equal(2, await Host.UsedAsync(license));
        var kept = Assert.Single(await File.ReadAllLinesAsync(Path.Combine(Folder.Path, "rejected.ndjson")));
        Assert.Contains("\"of-another\"", kept, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Events_of_one_tenants_token_that_the_meter_cannot_read_stay_on_the_disk_and_hold_up_no_other()
    {
        var license = await Host.LicenseAsync("own");
        var made = await Host.SendAsync(
            HttpMethod.Post, "/api/v1/tokens", new { name = "own", scopes = new[] { "ingest" }, tenant_id = "own" });
        var rejected = new List<RejectedEvent>();
        await using var events = Events(options => (options.Token, options.OnRejected, options.MaxDelay) =
            (made.GetProperty("token").GetString()!, rejected.Add, TimeSpan.FromHours(1)));

        foreach (var (metric, id) in new[] { ("calls", "a"), ("no metric", "b"), ("calls", "c"), ("no metric", "d") })
        {
            events.Add(new UsageEvent { LicenseId = license.Id, Metric = metric, EventId = id });
        }

        await events.FlushAsync();

        Assert.Equal(2, await Host.UsedAsync(license));
        Assert.Equal(2, rejected.Count);
        var kept = await File.ReadAllLinesAsync(Path.Combine(Folder.Path, "rejected.ndjson"));
        Assert.Equal(["b", "d"], kept.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("event_id").GetString()));
        Assert.Equal(1, Wire.Sent);
    }

    [Fact]
    public async Task An_event_that_cannot_be_kept_holds_up_no_other()
    {
        var license = await Host.LicenseAsync();
        var rejected = new List<RejectedEvent>();
        await using var events = Events(options => (options.OnRejected, options.MaxBatch) = (rejected.Add, 1));
        Directory.CreateDirectory(Path.Combine(Folder.Path, "rejected.ndjson"));
        (Wire.Says, Wire.SaysOnce) = (NotKept, true);

        events.Add(new UsageEvent { LicenseId = license.Id, Metric = "calls", EventId = "e" });
        events.Add(new UsageEvent { LicenseId = license.Id, Metric = "calls", Quantity = 2 });
        await events.FlushAsync().WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Single(rejected);
        Assert.Equal([2m], await AmountsAsync(license));
    }

    [Fact]
    public async Task An_event_that_the_disk_does_not_let_go_is_sent_and_told_once()
    {
        var rejected = new List<RejectedEvent>();
        var clock = new SkippingClock(TimeSpan.FromDays(1));
        await using var events = Events(options => (options.OnRejected, options.MaxDelay) = (rejected.Add, TimeSpan.FromHours(1)), clock);
        // In place of the file in which it is noted what was received.
        var blocked = Directory.CreateDirectory(Path.Combine(Folder.Path, "received.new"));
        Wire.Says = NotKept;

        events.Add(new UsageEvent { TenantId = "tenant", Metric = "calls", EventId = "e" });
        // The pause after the third try.
        await UntilAsync(() => clock.Waits.Contains(TimeSpan.FromSeconds(4)));
        Assert.Equal(1, events.WaitingEvents);
        blocked.Delete();
        await events.FlushAsync();

        Assert.Equal(1, Wire.Sent);
        Assert.Single(rejected);
        Assert.Single(await File.ReadAllLinesAsync(Path.Combine(Folder.Path, "rejected.ndjson")));
    }

    [Theory]
    [InlineData("invalid_request")]
    [InlineData("body_too_large")]
    [InlineData("busy")]
    public async Task Where_the_meter_stopped_the_rest_is_sent_again(string code)
    {
        var license = await Host.LicenseAsync();
        var rejected = new List<RejectedEvent>();
        await using var events = Events(options => (options.OnRejected, options.MaxDelay) = (rejected.Add, TimeSpan.FromHours(1)));
        Wire.Says = $$"""
            { "accepted": 1, "duplicates": 0, "stopped_at": 1, "rejected":
                [{ "index": 1, "event_id": null, "code": "{{code}}", "detail": "It broke off.", "dead_letter_id": null }] }
            """;

        events.Add(new UsageEvent { LicenseId = license.Id, Metric = "calls", Quantity = 1 });
        events.Add(new UsageEvent { LicenseId = license.Id, Metric = "calls", Quantity = 2 });
        Wire.SaysOnce = true;
        await events.FlushAsync();

        Assert.Empty(rejected);
        Assert.Equal([2m], await AmountsAsync(license));
    }
}
