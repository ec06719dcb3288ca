using System.Text.Json;
using Metering.Conformance.Client;

namespace Metering.Conformance.Quotas;

[Rule(6)]
public sealed class TierTests : ContractTest
{
    private static readonly object FourLevels = new
    {
        limit = 100,
        tiers = new object[]
        {
            new { from = "80%", level = "warning", policy = "notify_only" },
            new { from = 90, level = "critical", policy = "notify_only" },
            new { from = "100%", level = "over_usage", policy = "allow_with_overage" },
        },
    };

    [Fact]
    public async Task Use_passes_through_all_four_levels()
    {
        var license = await Meter.License(FourLevels);

        await license.Consume(80).Is(200).Has("level", "normal");
        await license.Consume().Is(200).Has("used", 81).Has("level", "warning").Has("policy", "notify_only");
        await license.Consume(9).Is(200).Has("used", 90).Has("level", "warning");
        await license.Consume().Is(200).Has("used", 91).Has("level", "critical");
        await license.Consume(9).Is(200).Has("used", 100).Has("level", "critical").Has("overage", 0);
        await license.Consume().Is(200).Has("used", 101).Has("level", "over_usage").Has("policy", "allow_with_overage").Has("overage", 1);
    }

    [Fact]
    [Rule(11)]
    public async Task A_crossed_level_is_signalled_once()
    {
        var license = await Meter.License(FourLevels);

        Assert.Empty(Signals(await license.Consume(80).Is(200)));
        Assert.Equal(["level_changed"], Signals(await license.Consume().Is(200)));
        Assert.Empty(Signals(await license.Consume().Is(200)));
        Assert.Contains("level_changed", Signals(await license.Consume(10).Is(200)));
        Assert.Contains("overage", Signals(await license.Consume(20).Is(200)));
        Assert.Empty(Signals(await license.Consume().Is(200)));
    }

    [Fact]
    [Rule(11)]
    public async Task A_level_that_is_reached_again_in_the_same_period_is_not_signalled_again()
    {
        var license = await Meter.License(FourLevels);
        Assert.Equal(["level_changed"], Signals(await license.Consume(81).Is(200)));
        await license.Manage("/usage/decrement", new { feature_code = license.Feature, amount = 10 }).Is(200);
        await license.Check().Has("level", "normal");

        Assert.Empty(Signals(await license.Consume(10).Is(200).Has("level", "warning")));
        Assert.Equal(["level_changed"], Signals(await license.Consume(10).Is(200).Has("level", "critical")));
    }

    [Fact]
    public async Task A_consume_that_jumps_over_levels_ends_in_the_last_one()
    {
        var license = await Meter.License(FourLevels);

        await license.Consume(95).Is(200).Has("level", "critical");
    }

    [Fact]
    public async Task A_percentage_is_one_of_the_allowance_with_its_grants()
    {
        var license = await Meter.License(
            new { limit = 100, tiers = new[] { new { from = "80%", level = "warning", policy = "notify_only" } } });
        await license.Grant(100);

        await license.Consume(160).Is(200).Has("level", "normal");
        await license.Consume().Is(200).Has("level", "warning");
    }

    [Fact]
    public async Task Tiers_that_say_nothing_of_the_limit_leave_it_refusing()
    {
        var license = await Meter.License(
            new { limit = 100, tiers = new[] { new { from = "80%", level = "warning", policy = "notify_only" } } });

        await license.Consume(100).Is(200).Has("level", "warning").Has("remaining", 0);
        await license.Consume().Refuses(403, "quota_exceeded").Has("used", 100);
    }

    [Fact]
    public async Task Tiers_that_say_nothing_of_the_limit_leave_it_to_over_limit()
    {
        var license = await Meter.License(new
        {
            limit = 100,
            over_limit = "allow_with_overage",
            tiers = new[] { new { from = "80%", level = "warning", policy = "notify_only" } },
        });

        await license.Consume(110).Is(200).Has("level", "over_usage").Has("overage", 10);
    }

    [Fact]
    public async Task A_check_shows_the_level_that_a_consume_would_reach_or_stand_at()
    {
        var license = await Meter.License(FourLevels);
        await license.Consume(85).Is(200);

        await license.Check().Has("allowed", true).Has("level", "warning");
    }

    [Fact]
    public async Task A_deny_tier_below_the_limit_refuses_before_the_limit()
    {
        var license = await Meter.License(new { limit = 100, tiers = new[] { new { from = 50, level = "critical", policy = "deny" } } });

        await license.Consume(50).Is(200);
        await license.Consume().Refuses(403, "quota_exceeded").Has("used", 50);
    }

    [Fact]
    public async Task The_level_of_a_gauge_falls_with_its_reading()
    {
        var license = await Meter.License(FourLevels, "gauge");

        await license.Report(85).Is(200).Has("level", "warning");
        await license.Report(120).Is(200).Has("level", "over_usage").Has("overage", 20);
        await license.Report(40).Is(200).Has("level", "normal").Has("overage", 0).Has("remaining", 60);
    }

    [Fact]
    public async Task Tiers_work_without_a_limit()
    {
        var license = await Meter.License(new { tiers = new[] { new { from = 10, level = "warning", policy = "notify_only" } } });

        await license.Consume(10).Is(200).Has("level", "normal").Has("unlimited", true);
        await license.Consume().Is(200).Has("level", "warning");
        await license.Consume(1000).Is(200).Has("overage", 0);
    }

    [Fact]
    public async Task A_quota_shows_its_tiers_and_how_much_of_it_is_used()
    {
        var license = await Meter.License(FourLevels);
        await license.Consume(85).Is(200);

        var quota = await Meter.Get($"/api/quota/{license.Tenant}/{license.Feature}").Is(200);

        quota.Has("used", 85).Has("limit", 100).Has("remaining", 15).Has("percent_used", 85).Has("level", "warning")
            .Has("feature_code", license.Feature);
        Assert.Equal(3, quota.List("tiers").Count);
        await Meter.Get($"/api/v1/quota/{license.Tenant}/{license.Feature}").Is(200).Has("used", 85);
    }

    [Fact]
    public async Task A_quota_of_a_tenant_or_metric_that_is_not_there_is_404()
    {
        var license = await Meter.License(FourLevels);

        await Meter.Get($"/api/quota/{Meter.Unique("tenant")}/{license.Feature}").RefusesSomehow().Is(404);
        await Meter.Get($"/api/quota/{license.Tenant}/no_such_feature").RefusesSomehow().Is(404);
    }

    private static IEnumerable<string?> Signals(Reply reply) => reply.List("signals").Select(signal => signal.GetString());
}
