using Metering.Conformance.Client;

namespace Metering.Conformance.Quotas;

[Rule(6)]
public sealed class PolicyTests : ContractTest
{
    [Fact]
    public async Task Notify_only_allows_beyond_the_limit()
    {
        var license = await AtHundred("notify_only");

        await license.Consume(5).Is(200).Has("used", 105).Has("level", "over_usage").Has("policy", "notify_only").Has("remaining", 0);
    }

    [Fact]
    public async Task Allow_with_overage_allows_and_counts_the_overage()
    {
        var license = await AtHundred("allow_with_overage");

        await license.Consume(5).Is(200).Has("used", 105).Has("overage", 5);
        await license.Consume(0.5m).Is(200).Has("overage", 5.5m);
    }

    [Fact]
    public async Task Allow_with_grace_allows_up_to_the_grace_and_then_denies()
    {
        var license = await AtHundred("allow_with_grace", new { grace = 10 });

        await license.Consume(10).Is(200).Has("used", 110).Has("overage", 10).Has("level", "over_usage");
        await license.Consume(0.000000001m).Refuses(403, "quota_exceeded").Has("used", 110);
    }

    [Fact]
    public async Task Grace_is_refused_whole_too()
    {
        var license = await AtHundred("allow_with_grace", new { grace = 10 });

        await license.Consume(11).Refuses(403, "quota_exceeded").Has("used", 100);
        await license.Consume(11, more: new { allow_partial = true }).Is(200).Has("amount", 10).Has("used", 110);
    }

    [Fact]
    public async Task Deny_refuses()
    {
        var license = await AtHundred("deny");

        await license.Consume().Refuses(403, "quota_exceeded").Has("used", 100);
    }

    [Fact]
    public async Task Suspend_usage_refuses_this_and_everything_after_it_until_resumed()
    {
        var license = await Meter.License(
            new { limit = 100, tiers = new[] { new { from = 100, level = "over_usage", policy = "suspend_usage" } } });
        await license.Consume(95).Is(200);

        await license.Consume(10).Refuses(403, "usage_suspended").Has("used", 95);
        await license.Consume().Refuses(403, "usage_suspended").Has("used", 95);
        await license.Check().Has("allowed", false).Has("reason", "usage_suspended");

        await license.Manage("/usage/resume", new { feature_code = license.Feature }).Is(200);
        await license.Consume(5).Is(200).Has("used", 100);
    }

    [Fact]
    public async Task A_report_is_counted_even_while_use_is_suspended()
    {
        var license = await Meter.License(
            new { limit = 100, tiers = new[] { new { from = 100, level = "over_usage", policy = "suspend_usage" } } });
        await license.Consume(95).Is(200);
        await license.Consume(10).Refuses(403, "usage_suspended");

        await license.Report(10).Is(200).Has("used", 105);
        await license.Consume().Refuses(403, "usage_suspended");
    }

    [Fact]
    public async Task A_policy_of_a_tier_below_the_limit_applies_there()
    {
        var license = await Meter.License(new
        {
            limit = 100,
            tiers = new object[]
            {
                new { from = 50, level = "warning", policy = "allow_with_grace", grace = 10 },
                new { from = 100, level = "over_usage", policy = "allow_with_overage" },
            },
        });

        await license.Consume(60).Is(200).Has("level", "warning");
        await license.Consume().Refuses(403, "quota_exceeded").Has("used", 60);
    }

    private async Task<License> AtHundred(string policy, object? more = null)
    {
        var tier = Body.Of(new { from = "100%", level = "over_usage", policy }, more);
        var license = await Meter.License(new { limit = 100, tiers = new[] { tier } });
        await license.Consume(100).Is(200).Has("level", "normal").Has("remaining", 0);
        return license;
    }
}
