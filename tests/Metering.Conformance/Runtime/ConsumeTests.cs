using Metering.Conformance.Client;

namespace Metering.Conformance.Runtime;

public sealed class ConsumeTests : ContractTest
{
    [Fact]
    public async Task A_consume_counts_and_answers_how_the_feature_stands()
    {
        var license = await Meter.License(new { limit = 1000, reset = "month" });

        var reply = await license.Consume(41).Is(200);

        reply.Has("allowed", true).Has("feature_code", license.Feature).Has("kind", "metered").Has("amount", 41).Has("reason", null)
            .Has("used", 41).Has("limit", 1000).Has("allowance", 1000).Has("held", 0).Has("remaining", 959).Has("overage", 0)
            .Has("unlimited", false).Has("level", "normal").Has("cost", 0).Has("balance", null).Has("resets_at", reply.Time("period.end"));
        Assert.True(reply.Time("period.start") < reply.Time("period.end"));
        Assert.True(reply.Number("sequence") > 0);
        Assert.Equal("application/json", reply.MediaType);
        Assert.Empty(reply.List("signals"));
    }

    [Fact]
    public async Task Times_are_in_utc_and_say_so()
    {
        var license = await Meter.License(
            new { limit = 1000, reset = new { interval = "day", anchor = "calendar", time_zone = "Asia/Kolkata" } });

        var reply = await license.Consume().Is(200);

        Assert.EndsWith("18:30:00Z", reply.String("period.start"), StringComparison.Ordinal);
        Assert.EndsWith("Z", reply.String("resets_at"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_amount_is_one_unless_it_is_given()
    {
        var license = await Meter.License(new { limit = 10 });

        await license.Post("/consume", new { feature_code = license.Feature }).Is(200).Has("amount", 1).Has("used", 1);
    }

    [Fact]
    [Rule(6)]
    public async Task A_limit_lets_its_last_unit_through_and_no_more()
    {
        var license = await Meter.License(new { limit = 100 });
        await license.Consume(99).Is(200);

        await license.Consume().Is(200).Has("used", 100).Has("remaining", 0);
        var refused = await license.Consume().Refuses(403, "quota_exceeded");

        refused.Has("allowed", false).Has("reason", "quota_exceeded").Has("used", 100).Has("remaining", 0).Has("limit", 100)
            .Has("feature_code", license.Feature);
    }

    [Fact]
    [Rule(4)]
    public async Task A_consume_is_refused_whole_and_changes_no_count()
    {
        var license = await Meter.License(new { limit = 10 });
        await license.Consume(7).Is(200);

        await license.Consume(4).Refuses(403, "quota_exceeded").Has("used", 7).Has("remaining", 3);

        await license.Consume(3).Is(200).Has("used", 10);
    }

    [Fact]
    [Rule(4)]
    public async Task With_allow_partial_a_consume_takes_what_is_left_and_says_how_much()
    {
        var license = await Meter.License(new { limit = 10 });
        await license.Consume(7).Is(200);

        await license.Consume(5, more: new { allow_partial = true }).Is(200).Has("allowed", true).Has("amount", 3).Has("used", 10);
        await license.Consume(5, more: new { allow_partial = true }).Refuses(403, "quota_exceeded").Has("used", 10);
    }

    [Fact]
    [Rule(4)]
    public async Task With_allow_partial_an_amount_that_fits_is_taken_whole()
    {
        var license = await Meter.License(new { limit = 10 });

        await license.Consume(5, more: new { allow_partial = true }).Is(200).Has("amount", 5).Has("used", 5);
    }

    [Fact]
    public async Task Without_a_limit_use_is_unlimited()
    {
        var license = await Meter.License(new { limit = (int?)null });

        await license.Consume(1_000_000).Is(200).Has("unlimited", true).Has("limit", null).Has("remaining", null).Has("used", 1_000_000)
            .Has("overage", 0);
    }

    [Fact]
    public async Task A_limit_of_zero_refuses_everything()
    {
        var license = await Meter.License(new { limit = 0 });

        await license.Consume().Refuses(403, "quota_exceeded").Has("remaining", 0);
    }

    [Fact]
    public async Task A_feature_that_the_license_does_not_have_is_refused()
    {
        var license = await Meter.License(new { limit = 10 });
        var other = await Meter.Feature();

        await license.Consume(feature: other).Refuses(403, "feature_not_assigned");
        await license.Consume(feature: "no_such_feature").Refuses(403, "feature_not_assigned");
    }

    [Fact]
    public async Task A_license_with_overage_allowed_goes_on_beyond_the_limit()
    {
        var license = await Meter.License(new { limit = 10, over_limit = "allow_with_overage" });

        await license.Consume(8).Is(200).Has("overage", 0);
        await license.Consume(5).Is(200).Has("used", 13).Has("overage", 3).Has("remaining", 0).Has("level", "over_usage")
            .Has("policy", "allow_with_overage");
        await license.Consume(2).Is(200).Has("used", 15).Has("overage", 5);
    }

    [Fact]
    public async Task Limits_say_themselves_in_the_rate_limit_headers()
    {
        var license = await Meter.License(new { limit = 100, reset = "month" });

        var consumed = await license.Consume(40).Is(200);
        var check = await license.Check().Is(200);

        foreach (var reply in new[] { consumed, check })
        {
            Assert.Matches(@"(^|;)\s*r=60(;|$)", reply.Header("RateLimit") ?? throw reply.Failure("header RateLimit"));
            Assert.Matches(@"(^|;)\s*q=100(;|$)", reply.Header("RateLimit-Policy") ?? throw reply.Failure("header RateLimit-Policy"));
        }
    }

    [Fact]
    public async Task Many_consumes_at_once_never_pass_the_limit()
    {
        var license = await Meter.License(new { limit = 20 });

        var replies = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => license.Consume()));

        Assert.Equal(20, replies.Count(reply => reply.Status == 200));
        Assert.All(replies.Where(reply => reply.Status != 200), reply => reply.Refuses(403, "quota_exceeded"));
        Assert.Equal(Enumerable.Range(1, 20).Select(n => (decimal)n), replies.Where(reply => reply.Status == 200)
            .Select(reply => reply.Number("used")).Order());
        await license.Check().Has("used", 20);
    }

    [Fact]
    public async Task What_a_consume_says_of_itself_is_in_the_ledger()
    {
        var license = await Meter.License(new { limit = 100 });

        var reply = await license.Consume(3, "key-1", more: new
        {
            event_id = "evt-1",
            user_id = "user-1",
            fingerprint = "workstation-01",
            metadata = new { job = "a", steps = new[] { 1, 2 } },
        }).Is(200);

        var entry = (await license.Ledger()).Single(item => item.GetProperty("sequence").GetDecimal() == reply.Number("sequence"));
        Assert.Equal("consumed", entry.GetProperty("kind").GetString());
        Assert.Equal("evt-1", entry.GetProperty("event_id").GetString());
        Assert.Equal("user-1", entry.GetProperty("user_id").GetString());
        Assert.Equal("workstation-01", entry.GetProperty("fingerprint").GetString());
        Assert.Equal("key-1", entry.GetProperty("idempotency_key").GetString());
        Assert.Equal("a", entry.GetProperty("metadata").GetProperty("job").GetString());
    }

    [Fact]
    public async Task A_boolean_feature_is_allowed_when_the_license_has_it_and_counts_nothing()
    {
        var license = await Meter.License(metric: "boolean");
        var other = await Meter.Feature("boolean");

        await license.Check().Is(200).Has("allowed", true).Has("kind", "boolean");
        await license.Check(feature: other).Is(200).Has("allowed", false).Has("reason", "feature_not_assigned");
    }
}
