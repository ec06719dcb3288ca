namespace Metering.Api.Tests;

public sealed class RateLimitHeaderTests
{
    [Fact]
    public void Units_are_rounded_down_seconds_up_and_no_end_means_no_window()
    {
        var now = new DateTimeOffset(2026, 11, 30, 23, 0, 0, 1, TimeSpan.Zero);
        var answer = Answer() with { Allowance = 1000.9m, Remaining = 959.99m };
        Assert.Equal(("\"quota\";q=1000;w=2592000", "\"quota\";r=959;t=3600"), Write(answer, now));
        Assert.Equal(
            ("\"quota\";q=1000", "\"quota\";r=0"),
            Write(answer with { Remaining = -5, Period = new Period(now, null) }, now));
        Assert.Equal(
            ("\"quota\";q=999999999999999;w=2592000", "\"quota\";r=959;t=0"),
            Write(answer with { Allowance = Amount.MaxTotal }, now.AddDays(2)));
    }

    [Fact]
    public void A_rate_is_a_member_of_its_own_and_the_unlimited_has_no_quota()
    {
        var now = new DateTimeOffset(2026, 11, 30, 23, 0, 0, TimeSpan.Zero);
        var rate = new RateView(20, 2, 7.5m, 2);
        Assert.Equal(
            ("\"quota\";q=1000;w=2592000, \"rate\";q=20;w=2", "\"quota\";r=959;t=3600, \"rate\";r=7;t=2"),
            Write(Answer() with { Rate = rate }, now));
        var unlimited = Answer() with { Unlimited = true, Limit = null, Allowance = null, Remaining = null };
        Assert.Equal(("", ""), Write(unlimited, now));
        Assert.Equal(("\"rate\";q=20;w=2", "\"rate\";r=7;t=2"), Write(unlimited with { Rate = rate }, now));
        Assert.Equal(("", ""), Write(Answer() with { Kind = FeatureKind.Boolean }, now));
    }

    [Fact]
    public void What_may_still_be_used_counts_beyond_the_allowance_and_is_no_quota_where_it_has_no_end()
    {
        var now = new DateTimeOffset(2026, 11, 30, 23, 0, 0, TimeSpan.Zero);
        var over = Answer() with { Used = 1010, Overage = 10, Remaining = 0 };
        Assert.Equal(("\"quota\";q=1020;w=2592000", "\"quota\";r=10;t=3600"), Write(over with { Room = 10 }, now));
        Assert.Equal(("", ""), Write(over with { Endless = true }, now));
        Assert.Equal(("\"quota\";q=500;w=2592000", "\"quota\";r=0;t=3600"), Write(Answer() with { Used = 400, Held = 100, Room = 0 }, now));
    }

    private static UsageAnswer Answer() => new()
    {
        FeatureCode = "api_calls",
        Limit = 1000,
        Allowance = 1000,
        Remaining = 959,
        Period = new Period(
            new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2026, 12, 1, 0, 0, 0, TimeSpan.Zero)),
    };

    private static (string Policy, string State) Write(UsageAnswer answer, DateTimeOffset now)
    {
        var response = new Microsoft.AspNetCore.Http.DefaultHttpContext().Response;
        RateLimitHeaders.Write(response, answer, now);
        return (response.Headers["RateLimit-Policy"].ToString(), response.Headers["RateLimit"].ToString());
    }
}
