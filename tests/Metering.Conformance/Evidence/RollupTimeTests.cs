using Metering.Conformance.Client;

namespace Metering.Conformance.Evidence;

[Rule(9)]
public sealed class RollupTimeTests : ClockTest
{
    [ClockFact]
    public async Task Each_day_has_its_own_rollup_and_all_together_agree_with_the_ledger()
    {
        var noon = await MoveToNoon();
        var license = await Meter.License(new { limit = 1000, reset = "month" });
        await license.Consume(3).Is(200);
        await MoveTo(noon.AddDays(1));
        await license.Consume(5).Is(200);
        await license.Consume(6).Is(200);
        await MoveTo(noon.AddDays(3));
        await license.Report(7).Is(200);

        var rollups = (await license.Read($"/rollups?from={Meter.Day(noon)}&to={Meter.Day(noon.AddDays(3))}").Is(200)).Items;

        Assert.Equal(
            [(Meter.Day(noon), 3m), (Meter.Day(noon.AddDays(1)), 11m), (Meter.Day(noon.AddDays(3)), 7m)],
            rollups.Select(item => (item.GetProperty("day").GetString()!, item.GetProperty("sum").GetDecimal())));
        var ledger = (await license.Ledger()).Where(entry => entry.GetProperty("kind").GetString() is "consumed" or "recorded")
            .Sum(entry => entry.GetProperty("amount").GetDecimal());
        Assert.Equal(ledger, rollups.Sum(item => item.GetProperty("sum").GetDecimal()));
    }

    [ClockFact]
    public async Task Rollups_of_closed_days_stay_for_good()
    {
        var noon = await MoveToNoon();
        var license = await Meter.License(new { limit = 1000 });
        await license.Consume(3).Is(200);

        await MoveTo(noon.AddDays(90));
        await license.Consume(4).Is(200);

        var rollups = (await license.Read($"/rollups?from={Meter.Day(noon)}&to={Meter.Day(noon.AddDays(90))}").Is(200)).Items;
        Assert.Equal([3, 4], rollups.Select(item => item.GetProperty("sum").GetDecimal()));
    }
}
