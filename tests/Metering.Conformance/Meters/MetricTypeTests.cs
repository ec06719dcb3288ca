using Metering.Conformance.Client;

namespace Metering.Conformance.Meters;

public sealed class MetricTypeTests : ContractTest
{
    [Fact]
    public async Task A_counter_sums_deltas()
    {
        var license = await Meter.License(new { limit = 100 });

        await license.Consume(2).Has("used", 2);
        await license.Consume(3.5m).Has("used", 5.5m);
        await license.Consume(0).RefusesField("/amount");
        await license.Consume(-1).RefusesField("/amount");
        await license.Check().Has("used", 5.5m);
    }

    [Fact]
    public async Task A_total_counts_what_its_reading_has_grown_and_the_first_reading_whole()
    {
        var license = await Meter.License(new { limit = 1000 }, "total");

        await license.Report(100).Is(200).Has("used", 100);
        await license.Report(130).Is(200).Has("used", 130);
        await license.Report(130).Is(200).Has("used", 130);
        await license.Consume(150).Is(200).Has("used", 150);
    }

    [Fact]
    public async Task A_total_that_reads_less_than_before_has_restarted_from_zero()
    {
        var license = await Meter.License(new { limit = 1000 }, "total");
        await license.Report(100).Is(200);

        await license.Report(30).Is(200).Has("used", 130);
        await license.Report(45).Is(200).Has("used", 145);
        await license.Report(0).Is(200).Has("used", 145);
        await license.Report(5).Is(200).Has("used", 150);
    }

    [Fact]
    public async Task A_total_with_keys_counts_what_each_of_its_sources_has_grown()
    {
        var license = await Meter.License(new { limit = 1000 }, "total");

        await license.Report(100, more: new { key = "meter-a" }).Is(200).Has("used", 100);
        await license.Report(40, more: new { key = "meter-b" }).Is(200).Has("used", 140);
        await license.Report(110, more: new { key = "meter-a" }).Is(200).Has("used", 150);
        await license.Consume(45, more: new { key = "meter-b" }).Is(200).Has("used", 155);
    }

    [Fact]
    public async Task A_totals_first_reading_may_be_its_base()
    {
        var license = await Meter.License(new { limit = 1000, first_reading = "base" }, "total");

        await license.Report(41_000, more: new { key = "meter-a" }).Is(200).Has("used", 0);
        await license.Report(41_020, more: new { key = "meter-a" }).Is(200).Has("used", 20);
        await license.Report(500, more: new { key = "meter-b" }).Is(200).Has("used", 20);
        await license.Manage("/usage/reset", new { feature_code = license.Feature }).Is(200).Has("used", 0);
        await license.Report(41_030, more: new { key = "meter-a" }).Is(200).Has("used", 10);
        await license.Read("/features").Is(200).Has("items.0.first_reading", "base");
        await license.Manage("/features", new { feature_code = license.Feature, limit = 1000, first_reading = "whole" })
            .RefusesField("/first_reading");
        await license.Manage("/features", new { feature_code = license.Feature, limit = 1000, first_reading = "counts" }).Is(201);
        await license.Report(7, more: new { key = "meter-c" }).Is(200).Has("used", 17);
    }

    [Fact]
    public async Task A_first_reading_has_a_meaning_for_totals_only()
    {
        var license = await Meter.License();

        await license.Manage("/features", new { feature_code = license.Feature, first_reading = "base" }).RefusesField("/first_reading");
    }

    [Fact]
    public async Task A_total_is_refused_whole_when_it_would_pass_the_limit()
    {
        var license = await Meter.License(new { limit = 100 }, "total");
        await license.Consume(90).Is(200);

        await license.Consume(101).Refuses(403, "quota_exceeded").Has("used", 90);
        await license.Consume(100).Is(200).Has("used", 100);
        await license.Consume(-1).RefusesField("/amount");
    }

    [Fact]
    public async Task A_gauge_is_its_latest_reading()
    {
        var license = await Meter.License(new { limit = 10 }, "gauge");

        await license.Consume(7).Is(200).Has("used", 7).Has("remaining", 3);
        await license.Consume(4).Is(200).Has("used", 4).Has("remaining", 6);
        await license.Consume(0).Is(200).Has("used", 0);
        await license.Consume(-1).RefusesField("/amount");
    }

    [Fact]
    public async Task A_gauge_refuses_a_reading_above_the_limit_and_lets_the_limit_through()
    {
        var license = await Meter.License(new { limit = 10 }, "gauge");

        await license.Consume(10).Is(200).Has("used", 10);
        await license.Consume(11).Refuses(403, "quota_exceeded").Has("used", 10);
        await license.Consume(9).Is(200).Has("used", 9);
    }

    [Fact]
    public async Task A_keyed_gauge_is_the_sum_of_each_keys_latest_reading()
    {
        var license = await Meter.License(new { limit = 20 }, "gauge");

        await license.Consume(8, more: new { key = "machine-a" }).Is(200).Has("used", 8);
        await license.Consume(4, more: new { key = "machine-b" }).Is(200).Has("used", 12);
        await license.Consume(2, more: new { key = "machine-a" }).Is(200).Has("used", 6);
        await license.Consume(19, more: new { key = "machine-b" }).Refuses(403, "quota_exceeded").Has("used", 6);
        await license.Consume(18, more: new { key = "machine-b" }).Is(200).Has("used", 20);
    }

    [Fact]
    public async Task A_keyed_gauge_lets_the_sum_reach_the_limit_exactly()
    {
        var license = await Meter.License(new { limit = 20 }, "gauge");
        await license.Consume(8, more: new { key = "a" }).Is(200);

        await license.Consume(12, more: new { key = "b" }).Is(200).Has("used", 20).Has("remaining", 0);
        await license.Consume(12.000000001m, more: new { key = "b" }).Refuses(403, "quota_exceeded");
        await license.Consume(0, more: new { key = "a" }).Is(200).Has("used", 12);
    }

    [Fact]
    public async Task A_reported_reading_above_the_limit_is_overage_that_a_lower_one_ends()
    {
        var license = await Meter.License(new { limit = 10 }, "gauge");

        await license.Report(14).Is(200).Has("used", 14).Has("overage", 4);
        await license.Report(9).Is(200).Has("used", 9).Has("overage", 0).Has("remaining", 1);
    }

    [Fact]
    public async Task An_up_down_sums_signed_deltas()
    {
        var license = await Meter.License(new { limit = 5 }, "up_down");

        await license.Consume(3).Is(200).Has("used", 3);
        await license.Consume(-2).Is(200).Has("used", 1).Has("remaining", 4);
        await license.Consume(5).Refuses(403, "quota_exceeded").Has("used", 1);
        await license.Consume(4).Is(200).Has("used", 5);
        await license.Consume(0).RefusesField("/amount");
    }

    [Fact]
    public async Task An_up_down_never_goes_below_zero()
    {
        var license = await Meter.License(new { limit = 5 }, "up_down");
        await license.Consume(3).Is(200);

        var below = await license.Consume(-10);

        Assert.True(below.Status is 200 or 400, below.Text);
        Assert.True(await license.Used() >= 0);
        await license.Consume(1).Is(200);
    }

    [Fact]
    public async Task An_event_counts_by_the_metric_type_too()
    {
        var license = await Meter.License(new { limit = 100 }, "gauge");
        object Reading(decimal quantity, string key) => new { tenant_id = license.Tenant, metric = license.Feature, quantity, key };

        await Meter.Post("/api/events", new[] { Reading(5, "a"), Reading(7, "b"), Reading(1, "a") }).Is(202).Has("accepted", 3);

        await license.Check().Has("used", 8);
    }
}
