using System.Globalization;
using System.Text.RegularExpressions;
using Metering.Conformance.Client;

namespace Metering.Conformance.Quotas;

[Rule(6)]
public sealed class PolicyTimeTests : ClockTest
{
    [ClockFact]
    public async Task A_rate_lets_its_burst_through_and_then_says_when_to_come_again()
    {
        await MoveToNoon();
        var license = await Limited(amount: 60, per: "hour", burst: 5);
        for (var i = 0; i < 5; i++)
        {
            await license.Consume().Is(200);
        }

        var refused = await license.Consume().Refuses(429, "rate_limited").Has("used", 5);
        Assert.InRange(Seconds(refused), 50, 60);
        await license.Check().Has("allowed", false).Has("reason", "rate_limited");

        await Advance($"PT{Seconds(refused)}S");
        await license.Consume().Is(200).Has("used", 6);
        await license.Consume().Refuses(429, "rate_limited");
    }

    [ClockFact]
    public async Task A_burst_is_regained_with_time_and_never_more_than_it()
    {
        await MoveToNoon();
        var license = await Limited(amount: 1, per: "minute", burst: 5);
        await license.Consume(5).Is(200);
        var refused = await license.Consume(3).Refuses(429, "rate_limited");
        Assert.InRange(Seconds(refused), 170, 180);

        await Advance("PT3M");
        await license.Consume(3).Is(200);

        await Advance("P1D");
        await license.Consume(5).Is(200);
        await license.Consume().Refuses(429, "rate_limited");
    }

    [ClockFact]
    public async Task A_rate_applies_only_in_its_tier()
    {
        await MoveToNoon();
        var license = await Meter.License(new
        {
            limit = 1000,
            tiers = new[]
            {
                new { from = 100, level = "critical", policy = "rate_limit", rate = new { amount = 1, per = "day", burst = 2 } },
            },
        });

        await license.Consume(100).Is(200);
        await license.Consume(2).Is(200).Has("level", "critical").Has("policy", "rate_limit");
        var refused = await license.Consume().Refuses(429, "rate_limited");
        Assert.InRange(Seconds(refused), 86_000, 86_400);
        await license.Report(5).Is(200).Has("used", 107);
    }

    [ClockFact]
    public async Task A_rate_says_itself_in_the_rate_limit_headers()
    {
        await MoveToNoon();
        var license = await Limited(amount: 60, per: "hour", burst: 5);

        var reply = await license.Consume(2).Is(200);

        Assert.Matches(@";\s*r=3(;|$)", reply.Header("RateLimit") ?? throw reply.Failure("header RateLimit"));
        Assert.Matches(@";\s*q=5(;|$)", reply.Header("RateLimit-Policy") ?? throw reply.Failure("header RateLimit-Policy"));
    }

    [ClockFact]
    public async Task A_quota_says_in_its_headers_when_it_starts_anew()
    {
        var noon = await MoveToNoon();
        var license = await Meter.License(new { limit = 100, reset = "day" }, with: new { anchor = Meter.Text(noon) });
        await MoveTo(noon.AddHours(6));

        var reply = await license.Consume(25).Is(200);

        var left = Regex.Match(reply.Header("RateLimit")!, @";\s*r=75;\s*t=(\d+)$");
        Assert.InRange(int.Parse(left.Groups[1].Value, CultureInfo.InvariantCulture), 64_700, 64_800);
        Assert.Matches(@";\s*q=100;\s*w=86400$", reply.Header("RateLimit-Policy")!);
    }

    [ClockFact]
    public async Task A_suspension_outlives_the_period()
    {
        var noon = await MoveToNoon();
        var license = await Meter.License(
            new { limit = 10, reset = "day", tiers = new[] { new { from = 10, level = "over_usage", policy = "suspend_usage" } } },
            with: new { anchor = Meter.Text(noon) });
        await license.Consume(11).Refuses(403, "usage_suspended");

        await MoveTo(noon.AddDays(2));

        await license.Consume().Refuses(403, "usage_suspended");
        await license.Manage("/usage/resume", new { feature_code = license.Feature }).Is(200);
        await license.Consume().Is(200);
    }

    [ClockFact]
    public async Task A_suspension_ends_with_the_period_when_the_terms_say_so()
    {
        var noon = await MoveToNoon();
        var license = await Meter.License(
            new
            {
                limit = 10,
                reset = "day",
                tiers = new[] { new { from = 10, level = "over_usage", policy = "suspend_usage", resumes = "next_period" } },
            },
            with: new { anchor = Meter.Text(noon) });
        await license.Consume(11).Refuses(403, "usage_suspended");
        await license.Consume().Refuses(403, "usage_suspended");

        await MoveTo(noon.AddDays(1));

        await license.Check().Has("allowed", true);
        await license.Consume().Is(200).Has("used", 1);
    }

    [ClockFact]
    public async Task A_level_is_signalled_again_in_a_new_period()
    {
        var noon = await MoveToNoon();
        var license = await Meter.License(
            new { limit = 10, reset = "day", tiers = new[] { new { from = 5, level = "warning", policy = "notify_only" } } },
            with: new { anchor = Meter.Text(noon) });
        Assert.Contains("level_changed", (await license.Consume(6).Is(200))["signals"].GetRawText(), StringComparison.Ordinal);

        await MoveTo(noon.AddDays(1));

        await license.Check().Has("level", "normal");
        Assert.Contains("level_changed", (await license.Consume(6).Is(200))["signals"].GetRawText(), StringComparison.Ordinal);
    }

    [ClockFact]
    public async Task A_refusal_says_when_the_next_period_lets_the_use_through()
    {
        var noon = await MoveToNoon();
        var license = await Meter.License(new { limit = 10, reset = "day" }, with: new { anchor = Meter.Text(noon) });
        await MoveTo(noon.AddHours(1));
        await license.Consume(10).Is(200);

        var refused = await license.Consume(10).Refuses(403, "quota_exceeded");

        Assert.InRange(Seconds(refused), 82_700, 82_800);
        Assert.Contains(
            noon.AddDays(1).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            refused.String("detail"),
            StringComparison.Ordinal);
        await license.Consume(11).Refuses(403, "quota_exceeded").HasNoHeader("Retry-After");
        await Advance($"PT{Seconds(refused)}S");
        await license.Consume(10).Is(200);
    }

    private Task<License> Limited(int amount, string per, int burst) => Meter.License(new
    {
        limit = 1000,
        tiers = new[] { new { from = 0, level = "normal", policy = "rate_limit", rate = new { amount, per, burst } } },
    });

    private static int Seconds(Reply refused) =>
        int.Parse(refused.Header("Retry-After") ?? throw refused.Failure("header Retry-After"), CultureInfo.InvariantCulture);
}
