using Metering.Conformance.Client;

namespace Metering.Conformance.Meters;

[Rule(3)]
public sealed class RolloverTests : ClockTest
{
    [ClockFact]
    public async Task What_is_left_is_added_to_the_next_periods_allowance()
    {
        var noon = await MoveToNoon();
        var license = await Meter.License(
            new { limit = 100, reset = "day", rollover = new { max = 50 } }, with: new { anchor = Meter.Text(noon) });
        await license.Consume(70).Is(200);

        await MoveTo(noon.AddDays(1));

        await license.Check().Has("limit", 100).Has("allowance", 130).Has("remaining", 130).Has("used", 0);
        await license.Consume(130).Is(200).Has("remaining", 0).Has("overage", 0);
        await license.Consume().Refuses(403, "quota_exceeded");
    }

    [ClockFact]
    public async Task No_more_than_the_cap_is_rolled_over()
    {
        var noon = await MoveToNoon();
        var license = await Meter.License(
            new { limit = 100, reset = "day", rollover = new { max = 50 } }, with: new { anchor = Meter.Text(noon) });
        await license.Consume(10).Is(200);

        await MoveTo(noon.AddDays(1));

        await license.Check().Has("allowance", 150).Has("remaining", 150);
    }

    [ClockFact]
    public async Task Nothing_is_rolled_over_unless_the_terms_say_so()
    {
        var noon = await MoveToNoon();
        var license = await Meter.License(new { limit = 100, reset = "day" }, with: new { anchor = Meter.Text(noon) });
        await license.Consume(10).Is(200);

        await MoveTo(noon.AddDays(1));

        await license.Check().Has("allowance", 100).Has("remaining", 100);
    }

    [ClockFact]
    public async Task After_overage_nothing_is_rolled_over()
    {
        var noon = await MoveToNoon();
        var license = await Meter.License(
            new { limit = 100, reset = "day", rollover = new { max = 50 } }, with: new { anchor = Meter.Text(noon) });
        await license.Report(120).Is(200);

        await MoveTo(noon.AddDays(1));

        await license.Check().Has("allowance", 100).Has("remaining", 100).Has("overage", 0);
    }

    [ClockFact]
    public async Task Over_many_empty_periods_the_cap_still_holds()
    {
        var noon = await MoveToNoon();
        var license = await Meter.License(
            new { limit = 100, reset = "day", rollover = new { max = 150 } }, with: new { anchor = Meter.Text(noon) });
        await license.Consume(100).Is(200);

        await MoveTo(noon.AddDays(1));
        await license.Check().Has("allowance", 100);
        await MoveTo(noon.AddDays(2));
        await license.Check().Has("allowance", 200);
        await MoveTo(noon.AddDays(30));
        await license.Check().Has("allowance", 250).Has("remaining", 250);
        await license.Consume().Is(200).Has("remaining", 249);
    }
}
