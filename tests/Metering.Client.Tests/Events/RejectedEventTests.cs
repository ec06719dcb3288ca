using System.Text;
using Metering.Client.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Metering.Client.Tests.Events;

/// <summary>Events that the meter does not count: told, kept, or sent again; and none holds up another.</summary>
public sealed class RejectedEventTests(Meter meter) : IClassFixture<Meter>, IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Wire _wire = new();

    [Fact]
    public async Task An_event_that_the_meter_cannot_count_is_told_and_holds_up_no_other()
    {
        var license = await meter.LicenseAsync();
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
        Assert.Equal(2, await meter.UsedAsync(license));
    }

    [Fact]
    public async Task An_event_that_fails_each_time_and_is_a_dead_letter_holds_up_no_other()
    {
        var rejected = new List<RejectedEvent>();
        await using var events = Events(options => (options.OnRejected, options.MaxBatch, options.MaxDelay) =
            (rejected.Add, 2, TimeSpan.FromHours(1)));
        _wire.Says = """
            { "accepted": 1, "duplicates": 0, "rejected":
                [{ "index": 0, "event_id": "bad", "code": "internal_error", "detail": "It failed.", "dead_letter_id": "dl_1" }] }
            """;

        events.Add(new UsageEvent { LicenseId = "damaged", Metric = "calls", EventId = "bad" });
        events.Add(new UsageEvent { LicenseId = "good", Metric = "calls" });
        await UntilAsync(() => events.WaitingEvents == 0);

        Assert.Equal((1, "bad"), (_wire.Sent, Assert.Single(rejected).EventId));
    }

    [Theory]
    [InlineData("busy")]
    [InlineData("internal_error")]
    public async Task What_the_meter_could_not_take_now_and_did_not_keep_is_sent_again(string code)
    {
        var license = await meter.LicenseAsync();
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var events = Events(options => options.MaxDelay = TimeSpan.FromHours(1), clock);
        _wire.Says = $$"""
            { "accepted": 0, "duplicates": 0, "rejected":
                [{ "index": 0, "event_id": "e", "code": "{{code}}", "detail": "Not now.", "dead_letter_id": null }] }
            """;

        events.Add(new UsageEvent { LicenseId = license.Id, Metric = "calls", Quantity = 2, EventId = "e" });
        var flushed = events.FlushAsync();
        await UntilAsync(() => _wire.Sent > 0);
        _wire.Mend();
        await UntilAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return flushed.IsCompletedSuccessfully;
        });

        Assert.Equal(2, await meter.UsedAsync(license));
    }

    [Fact]
    public async Task A_record_that_the_meter_cannot_read_is_put_aside_and_holds_up_no_other()
    {
        var license = await meter.LicenseAsync();
        _wire.Cut = true;
        await using (var first = Events(options => options.ShutdownTimeout = TimeSpan.Zero))
        {
            first.Add(new UsageEvent { LicenseId = license.Id, Metric = "calls", Quantity = 1 });
        }

        // Not UTF-8: a damaged disk. The lines around it are good.
        var file = Assert.Single(Directory.GetFiles(_folder.Path, "*.queue"));
        await using (var damaged = new FileStream(file, FileMode.Append))
        {
            damaged.Write([0xff, 0xfe, (byte)'\n']);
            var good = $$"""{"license_id":"{{license.Id}}","metric":"calls","quantity":2,"event_id":"e2"}""";
            damaged.Write(Encoding.UTF8.GetBytes(good + "\n"));
        }

        _wire.Cut = false;
        await using var second = Events();
        await second.FlushAsync();

        Assert.Equal(3, await meter.UsedAsync(license));
        Assert.Equal(0, second.WaitingEvents);
        Assert.Equal([0xff, 0xfe, (byte)'\n'], await File.ReadAllBytesAsync(Path.Combine(_folder.Path, "rejected.ndjson")));
    }

    [Fact]
    public async Task An_event_that_the_meter_rejected_and_did_not_keep_stays_on_the_disk()
    {
        var license = await meter.LicenseAsync("own");
        var made = await meter.SendAsync(
            HttpMethod.Post, "/api/v1/tokens", new { name = "own", scopes = new[] { "ingest" }, tenant_id = "own" });
        await using var events = Events(options => options.Token = made.GetProperty("token").GetString()!);

        events.Add(new UsageEvent { TenantId = "other", Metric = "calls", EventId = "of-another" });
        events.Add(new UsageEvent { LicenseId = license.Id, Metric = "no_such_metric", EventId = "a-letter" });
        events.Add(new UsageEvent { LicenseId = license.Id, Metric = "calls", Quantity = 2 });
        await events.FlushAsync();

        Assert.Equal(2, await meter.UsedAsync(license));
        var kept = Assert.Single(await File.ReadAllLinesAsync(Path.Combine(_folder.Path, "rejected.ndjson")));
        Assert.Contains("\"of-another\"", kept, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("invalid_request")]
    [InlineData("body_too_large")]
    [InlineData("busy")]
    public async Task Where_the_meter_stopped_the_rest_is_sent_again(string code)
    {
        var license = await meter.LicenseAsync();
        var rejected = new List<RejectedEvent>();
        await using var events = Events(options => (options.OnRejected, options.MaxDelay) = (rejected.Add, TimeSpan.FromHours(1)));
        _wire.Says = $$"""
            { "accepted": 1, "duplicates": 0, "rejected":
                [{ "index": 1, "event_id": null, "code": "{{code}}", "detail": "It broke off.", "dead_letter_id": null }] }
            """;

        events.Add(new UsageEvent { LicenseId = license.Id, Metric = "calls", Quantity = 1 });
        events.Add(new UsageEvent { LicenseId = license.Id, Metric = "calls", Quantity = 2 });
        _wire.SaysOnce = true;
        await events.FlushAsync();

        Assert.Empty(rejected);
        Assert.Equal([2m], await AmountsAsync(license));
    }

    public void Dispose()
    {
        _wire.Dispose();
        _folder.Dispose();
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!holds())
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private async Task<IEnumerable<decimal>> AmountsAsync(TestLicense license) =>
        (await meter.UsesAsync(license)).Select(entry => entry.GetProperty("amount").GetDecimal());

    private MeteringEvents Events(Action<MeteringEventsOptions>? change = null, TimeProvider? clock = null)
    {
        var options = new MeteringEventsOptions { Address = meter.Address, Token = Meter.Token, QueueDirectory = _folder.Path };
        change?.Invoke(options);
        return new MeteringEvents(options, new HttpClient(_wire, disposeHandler: false), clock ?? TimeProvider.System, log: null);
    }
}
