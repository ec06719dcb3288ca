using System.Text.Json;
using Metering.Conformance.Client;

namespace Metering.Conformance.Ingest;

[Rule(10)]
public sealed class LateEventTests : ClockTest
{
    [ClockFact]
    public async Task An_event_within_the_late_window_counts_in_the_period_and_day_in_which_it_happened()
    {
        var (license, noon) = await DailyFromMidnight();
        await Meter.Post("/api/events", Event(license, 5, noon.AddDays(2).AddHours(-1))).Is(202);
        await MoveTo(noon.AddDays(3).AddHours(-1));

        await Meter.Post("/api/events", Event(license, 3, noon.AddDays(2).AddHours(2))).Is(202).Has("accepted", 1);

        await license.Check().Has("used", 0);
        Assert.Equal(8, (await Rollup(license, noon.AddDays(2))).GetProperty("sum").GetDecimal());
    }

    [ClockFact]
    public async Task An_older_event_counts_now_and_is_marked_late()
    {
        var (license, noon) = await DailyFromMidnight();

        await Meter.Post("/api/events", Event(license, 3, noon.AddHours(6))).Is(202).Has("accepted", 1);

        await license.Check().Has("used", 3);
        Assert.Equal(3, (await Rollup(license, noon.AddDays(2))).GetProperty("sum").GetDecimal());
        var entry = (await license.Ledger()).Single(item => item.GetProperty("kind").GetString() == "recorded");
        Assert.True(entry.GetProperty("late").GetBoolean());
    }

    [ClockFact]
    public async Task An_older_event_of_the_open_period_is_marked_late_and_counts_today()
    {
        var noon = await MoveToNoon();
        var license = await Meter.License(new { limit = 10 });
        await MoveTo(noon.AddDays(2));

        await Meter.Post("/api/events", Event(license, 3, noon.AddHours(6))).Is(202).Has("accepted", 1);

        await license.Check().Has("used", 3);
        Assert.Equal(3, (await Rollup(license, noon.AddDays(2))).GetProperty("sum").GetDecimal());
        Assert.True(
            (await license.Ledger()).Single(item => item.GetProperty("kind").GetString() == "recorded").GetProperty("late").GetBoolean());
    }

    [ClockFact]
    public async Task An_event_of_the_open_period_is_not_late()
    {
        var (license, noon) = await DailyFromMidnight();

        await Meter.Post("/api/events", Event(license, 3, noon.AddDays(2).AddHours(-3))).Is(202).Has("accepted", 1);

        await license.Check().Has("used", 3);
        Assert.Equal(3, (await Rollup(license, noon.AddDays(2))).GetProperty("sum").GetDecimal());
    }

    [ClockFact]
    public async Task Late_use_beyond_what_was_left_then_is_overage_of_its_period()
    {
        var (license, noon) = await DailyFromMidnight();
        await license.Consume(9).Is(200);
        await MoveTo(noon.AddDays(3).AddHours(-1));

        await Meter.Post("/api/events", Event(license, 3, noon.AddDays(2).AddHours(2))).Is(202).Has("accepted", 1);

        await license.Check().Has("used", 0).Has("overage", 0).Has("remaining", 10);
        var day = await Rollup(license, noon.AddDays(2));
        Assert.Equal(12, day.GetProperty("sum").GetDecimal());
        Assert.Equal(2, day.GetProperty("overage").GetDecimal());
    }

    [ClockFact]
    public async Task An_event_that_arrives_hours_later_counts_in_its_own_hour()
    {
        var noon = await MoveToNoon();
        var license = await Meter.License(new { limit = 10, reset = new { interval = "hour", anchor = "calendar" } });
        await MoveTo(noon.AddHours(3).AddMinutes(10));

        await Meter.Post("/api/events", Event(license, 12, noon.AddMinutes(30))).Is(202).Has("accepted", 1);

        await license.Check().Has("used", 0).Has("overage", 0);
        var entry = (await license.Ledger()).Single(item => item.GetProperty("kind").GetString() == "recorded");
        Assert.Equal(Meter.Text(noon), Meter.Text(entry.GetProperty("period").GetProperty("start").GetDateTimeOffset()));
        Assert.Equal(2, entry.GetProperty("overage").GetDecimal());
        Assert.False(entry.GetProperty("late").GetBoolean());
    }

    [ClockFact]
    public async Task A_leases_use_counts_in_the_period_in_which_it_happened()
    {
        var noon = await MoveToNoon();
        var license = await Meter.License(new { limit = 10, reset = new { interval = "hour", anchor = "calendar" } });
        var lease = await license.Post(
            "/leases", new { feature_code = license.Feature, amount = 6, ttl_seconds = 36000, fingerprint = "m1" }).Is(201);
        await MoveTo(noon.AddHours(1).AddMinutes(10));

        var synced = await license.Post(
            $"/leases/{lease.String("id")}/sync",
            new { usage = new[] { new { event_id = "late-lease", amount = 4, occurred_at = Meter.Text(noon.AddMinutes(30)) } } }).Is(200);

        Assert.Equal((0m, 2m, 8m), (synced.Number("used"), synced.Number("held"), synced.Number("remaining")));
        var entry = (await license.Ledger()).Single(item => item.GetProperty("kind").GetString() == "recorded");
        Assert.Equal(Meter.Text(noon), Meter.Text(entry.GetProperty("period").GetProperty("start").GetDateTimeOffset()));
        Assert.Equal(0, entry.GetProperty("overage").GetDecimal());
    }

    [ClockFact]
    public async Task A_reading_from_before_a_machines_removal_does_not_bring_it_back()
    {
        var noon = await MoveToNoon();
        var license = await Meter.License(new { limit = 10 }, with: new { max_cores = 16 });
        await license.Software.Put("/api/v1/license/machines/m1", new { cores = 4 }).Is(201);
        await MoveTo(noon.AddMinutes(30));
        await license.Software.Delete("/api/v1/license/machines/m1").Is(204);
        await MoveTo(noon.AddMinutes(31));

        var reading = new
        {
            license_id = license.Id,
            metric = "cpu_cores",
            quantity = 4,
            key = "m1",
            occurred_at = Meter.Text(noon.AddMinutes(20)),
        };
        await Meter.Post("/api/events", reading).Is(202).Has("accepted", 1);

        await license.Check(0, "cpu_cores").Has("used", 0);
    }

    [ClockFact]
    public async Task A_gauges_rollup_tells_how_high_it_stood_over_the_day()
    {
        var noon = await MoveToNoon();
        var license = await Meter.License(new { limit = 100 }, "gauge");
        await license.Consume(10).Is(200);
        await MoveTo(noon.AddDays(1));
        await license.Consume(4).Is(200);

        var second = await Rollup(license, noon.AddDays(1));
        Assert.Equal(10, second.GetProperty("opening").GetDecimal());
        Assert.Equal(14 * 12 * 3600, second.GetProperty("unit_seconds").GetDecimal());
        Assert.Equal(0, (await Rollup(license, noon)).GetProperty("opening").GetDecimal());
    }

    [ClockFact]
    public async Task A_cloud_events_time_is_when_it_happened()
    {
        var (license, noon) = await DailyFromMidnight();
        await MoveTo(noon.AddDays(3).AddHours(-1));
        using var content = Meter.Json(
            $$$"""
            { "specversion": "1.0", "id": "1", "source": "/s", "type": "{{{license.Feature}}}", "subject": "{{{license.Tenant}}}",
              "time": "{{{Meter.Text(noon.AddDays(2).AddHours(2))}}}", "data": { "quantity": 4 } }
            """,
            "application/cloudevents+json");

        await Meter.Post("/api/events", content).Is(202).Has("accepted", 1);

        await license.Check().Has("used", 0);
        Assert.Equal(4, (await Rollup(license, noon.AddDays(2))).GetProperty("sum").GetDecimal());
    }

    [ClockFact]
    public async Task An_event_from_the_future_is_not_counted_in_a_period_to_come()
    {
        var (license, noon) = await DailyFromMidnight();

        var reply = await Meter.Post("/api/events", new[] { Event(license, 3, noon.AddDays(40)) }).Is(202);

        var used = await license.Used();
        Assert.True((reply.Number("accepted") == 1 && used == 3) || (reply.List("rejected").Count == 1 && used == 0), reply.Text);
    }

    /// <summary>A license of 10 a calendar day, two days old, at noon.</summary>
    private async Task<(License License, DateTimeOffset Noon)> DailyFromMidnight()
    {
        var noon = await MoveToNoon();
        var license = await Meter.License(new { limit = 10, reset = new { interval = "day", anchor = "calendar" } });
        await MoveTo(noon.AddDays(2));
        return (license, noon);
    }

    private static object Event(License license, decimal quantity, DateTimeOffset at) =>
        new { tenant_id = license.Tenant, metric = license.Feature, quantity, occurred_at = Meter.Text(at) };

    private static async Task<JsonElement> Rollup(License license, DateTimeOffset day) =>
        (await license.Read($"/rollups?from={Meter.Day(day)}&to={Meter.Day(day)}").Is(200)).Items
            .Single(
                item => item.GetProperty("feature_code").GetString() == license.Feature
                    && item.GetProperty("day").GetString() == Meter.Day(day));
}
