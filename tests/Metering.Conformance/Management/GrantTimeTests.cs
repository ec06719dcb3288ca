using Metering.Conformance.Client;

namespace Metering.Conformance.Management;

public sealed class GrantTimeTests : ClockTest
{
    [ClockFact]
    public async Task A_grant_may_be_used_from_its_effective_time_until_its_expiry()
    {
        var noon = await MoveToNoon();
        var license = await Meter.License(new { limit = 0 });
        var grant = await license.Grant(10, new { effective_at = Meter.Text(noon.AddDays(1)), expires_at = Meter.Text(noon.AddDays(3)) });
        grant.Has("status", "scheduled").Has("effective_at", noon.AddDays(1)).Has("expires_at", noon.AddDays(3));
        await license.Consume().Refuses(403, "quota_exceeded");

        await MoveTo(noon.AddDays(1));
        await license.Consume(4).Is(200).Has("remaining", 6);

        await MoveTo(noon.AddDays(3).AddMinutes(-1));
        await license.Consume().Is(200).Has("remaining", 5);

        await MoveTo(noon.AddDays(3));
        await license.Consume().Refuses(403, "quota_exceeded").Has("remaining", 0);
        var ended = await GrantTests.Find(license, grant.String("id"));
        Assert.Equal("expired", ended.GetProperty("status").GetString());
        Assert.Equal(5, ended.GetProperty("used").GetDecimal());
    }

    [ClockFact]
    public async Task A_grant_outlives_the_period_and_gives_what_is_left()
    {
        var noon = await MoveToNoon();
        var license = await Meter.License(new { limit = 10, reset = "day" }, with: new { anchor = Meter.Text(noon) });
        await license.Grant(8);
        await license.Consume(13).Is(200).Has("remaining", 5);

        await MoveTo(noon.AddDays(1));

        await license.Check().Has("used", 0).Has("allowance", 15).Has("remaining", 15);
    }

    [ClockFact]
    public async Task A_grants_rollover_cap_limits_what_outlives_the_period()
    {
        var noon = await MoveToNoon();
        var license = await Meter.License(new { limit = 10, reset = "day" }, with: new { anchor = Meter.Text(noon) });
        await license.Grant(8, new { rollover_max = 3 });

        await MoveTo(noon.AddDays(1));

        await license.Check().Has("allowance", 13).Has("remaining", 13);
    }

    [ClockFact]
    public async Task A_recurring_grant_gives_its_amount_anew()
    {
        var noon = await MoveToNoon();
        var license = await Meter.License(new { limit = 0 });
        await license.Grant(10, new { recurrence = "day", effective_at = Meter.Text(noon) });
        await license.Consume(10).Is(200);
        await license.Consume().Refuses(403, "quota_exceeded");

        await MoveTo(noon.AddDays(1));
        await license.Check().Has("remaining", 10);
        await license.Consume(4).Is(200).Has("remaining", 6);

        await MoveTo(noon.AddDays(5));
        await license.Check().Has("remaining", 10);
    }

    [ClockFact]
    public async Task A_recurring_grant_keeps_no_more_than_its_rollover_cap()
    {
        var noon = await MoveToNoon();
        var license = await Meter.License(new { limit = 0 });
        await license.Grant(10, new { recurrence = "day", rollover_max = 4, effective_at = Meter.Text(noon) });
        await license.Consume(1).Is(200);

        await MoveTo(noon.AddDays(1));

        await license.Check().Has("remaining", 14);
    }
}
