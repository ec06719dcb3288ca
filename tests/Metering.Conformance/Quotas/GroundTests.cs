using Metering.Conformance.Client;

namespace Metering.Conformance.Quotas;

/// <summary>Grants, other limits and corrections that come between uses: what is allowed, priced and told after them.</summary>
public sealed class GroundTests : ContractTest
{
    [Fact]
    [Rule(6)]
    public async Task A_grace_is_one_for_the_whole_period_however_the_allowance_grows()
    {
        var license = await Meter.License(
            new { limit = 100, tiers = new[] { new { from = "100%", level = "over_usage", policy = "allow_with_grace", grace = 20 } } });
        await license.Consume(120).Is(200).Has("overage", 20);
        await license.Grant(50);

        await license.Consume(51).Refuses(403, "quota_exceeded");
        await license.Check(50).Has("allowed", true);
        await license.Consume(50).Is(200).Has("used", 170).Has("overage", 20);
        await license.Consume(0.5m).Refuses(403, "quota_exceeded");
    }

    [Fact]
    [Rule(6)]
    public async Task A_percent_threshold_is_reached_by_the_overage_of_the_period()
    {
        var license = await Meter.License(new
        {
            limit = 100,
            tiers = new object[]
            {
                new { from = "100%", level = "over_usage", policy = "allow_with_overage" },
                new { from = "120%", level = "over_usage", policy = "deny" },
            },
        });
        await license.Consume(120).Is(200);
        await license.Grant(50);

        await license.Consume(84).Refuses(403, "quota_exceeded");
        await license.Consume(61, more: new { allow_partial = true }).Is(200).Has("amount", 60).Has("used", 180).Has("overage", 30);
    }

    [Fact]
    public async Task What_a_grant_covers_takes_the_price_below_the_overage()
    {
        var license = await Meter.License(new
        {
            limit = 10,
            price = new { unit = "USD" },
            tiers = new object[]
            {
                new { from = 0, level = "normal", policy = "notify_only", unit_price = 1 },
                new { from = "100%", level = "over_usage", policy = "allow_with_overage", unit_price = 3 },
            },
        });
        await license.Manage("/balances", new { unit = "USD", amount = 1000 }).Is(201);
        await license.Consume(12).Is(200).Has("cost", 16);
        await license.Grant(5);

        await license.Consume(6).Is(200).Has("cost", 8).Has("overage", 3);
    }

    [Fact]
    public async Task A_larger_rate_does_not_wait_for_the_one_before_it()
    {
        var license = await Meter.License(RateOf(10, "hour", 10));
        await license.Consume(10).Is(200);
        await license.Consume().Refuses(429, "rate_limited");

        await license.Manage("/features", Body.Of(RateOf(100, "second", 100), new { feature_code = license.Feature })).Is(201);

        await license.Consume().Is(200);
    }

    [Fact]
    public async Task More_than_the_burst_is_refused_without_a_promise()
    {
        var license = await Meter.License(RateOf(5, "second", 5));

        var refused = await license.Consume(6).Refuses(403, "quota_exceeded").HasNoHeader("Retry-After").Has("policy", "rate_limit");
        Assert.Contains("its burst is 5", refused.String("detail"), StringComparison.Ordinal);
        await license.Consume(5).Is(200);
    }

    [Fact]
    public async Task Only_the_units_inside_a_rated_tier_take_from_its_rate()
    {
        var license = await Meter.License(new
        {
            tiers = new[]
            {
                new { from = 100, level = "critical", policy = "rate_limit", rate = new { amount = 1, per = "day", burst = 2 } },
            },
        });

        await license.Consume(103).Refuses(403, "quota_exceeded");
        await license.Consume(102).Is(200);
        await license.Consume().Refuses(429, "rate_limited");
    }

    [Fact]
    [Rule(11)]
    public async Task A_level_is_told_again_after_the_allowance_has_changed()
    {
        object Terms(int limit) => new { limit, tiers = new[] { new { from = "80%", level = "warning", policy = "notify_only" } } };
        var license = await Meter.License(Terms(50));
        Assert.Equal(["level_changed"], Signals(await license.Consume(41).Is(200)));

        var larger = await Meter.Plan(Body.Of(Terms(1000), new { feature_code = license.Feature }));
        await Meter.Patch($"/api/v1/licenses/{license.Id}", new { plans = new[] { larger } }).Is(200);

        Assert.Empty(Signals(await license.Consume(759).Is(200).Has("level", "normal")));
        Assert.Equal(["level_changed"], Signals(await license.Consume(41).Is(200).Has("level", "warning")));
        await license.Grant(500);
        await license.Check().Has("level", "normal");
        Assert.Equal(["level_changed"], Signals(await license.Consume(400).Is(200).Has("level", "warning")));
    }

    [Fact]
    [Rule(11)]
    public async Task Overage_is_told_again_beyond_a_larger_allowance()
    {
        var license = await Meter.License(new { limit = 10, over_limit = "allow_with_overage" });
        Assert.Contains("overage", Signals(await license.Consume(12).Is(200)));
        await license.Grant(10);
        Assert.Empty(Signals(await license.Consume(9).Is(200)));
        Assert.Contains("overage", Signals(await license.Consume(2).Is(200).Has("overage", 3)));
    }

    [Fact]
    public async Task A_correction_gives_nothing_back_of_a_grant_that_is_over()
    {
        var license = await Meter.License(new { limit = 100 });
        var grant = await license.Grant(50);
        await license.Consume(150).Is(200);
        await license.Manage(HttpMethod.Delete, "/grants/" + grant.String("id")).Succeeds();

        await license.Manage("/usage/decrement", new { feature_code = license.Feature, amount = 20 }).Is(200).Has("used", 130)
            .Has("remaining", 0);
        await license.Manage("/usage/decrement", new { feature_code = license.Feature, amount = 40 }).Is(200).Has("used", 90)
            .Has("remaining", 10);
    }

    [Fact]
    public async Task A_refusal_names_the_tier_and_the_policy_that_refused()
    {
        var license = await Meter.License(new
        {
            limit = 1000,
            tiers = new object[]
            {
                new { from = "100%", level = "over_usage", policy = "allow_with_overage" },
                new { from = "120%", level = "over_usage", policy = "deny" },
            },
        });
        await license.Consume(1200).Is(200).HasNoHeader("Retry-After");

        await license.Consume().Refuses(403, "quota_exceeded").Has("policy", "deny").HasNoHeader("Retry-After")
            .Has("detail", "The tier from 120% denies: 1200 of 1000 used, 1 asked for.");
        await license.Check().Has("allowed", false).Has("policy", "deny");
    }

    [Fact]
    public async Task The_rate_limit_header_says_what_may_be_used_beyond_the_allowance_too()
    {
        var grace = await Meter.License(
            new { limit = 100, tiers = new[] { new { from = "100%", level = "over_usage", policy = "allow_with_grace", grace = 20 } } });
        await grace.Consume(50).Is(200).HasHeader("RateLimit", "\"quota\";r=70").HasHeader("RateLimit-Policy", "\"quota\";q=120");
        await grace.Consume(60).Is(200).HasHeader("RateLimit", "\"quota\";r=10");
        await grace.Consume(11).Is(403).HasHeader("RateLimit", "\"quota\";r=10");

        var open = await Meter.License(new { limit = 10, over_limit = "allow_with_overage" });
        await open.Consume(12).Is(200).HasNoHeader("RateLimit").HasNoHeader("RateLimit-Policy");

        var denied = await Meter.License(new { limit = 100, tiers = new[] { new { from = 50, level = "critical", policy = "deny" } } });
        await denied.Consume(50).Is(200).HasHeader("RateLimit", "\"quota\";r=0");
    }

    private static object RateOf(int amount, string per, int burst) => new
    {
        tiers = new[] { new { from = 0, level = "normal", policy = "rate_limit", rate = new { amount, per, burst } } },
    };

    private static IEnumerable<string?> Signals(Reply reply) => reply.List("signals").Select(signal => signal.GetString());
}
