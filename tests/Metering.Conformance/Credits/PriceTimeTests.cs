using Metering.Conformance.Client;

namespace Metering.Conformance.Credits;

[Rule(7)]
public sealed class PriceTimeTests : ClockTest
{
    private static readonly object Terms = new
    {
        reset = "day",
        price = new { unit = "USD" },
        tiers = new object[]
        {
            new { from = 0, level = "normal", policy = "notify_only", unit_price = 0.01m, base_price = 1 },
            new { from = 100, level = "normal", policy = "notify_only", unit_price = 0.005m },
        },
    };

    [ClockFact]
    public async Task A_new_period_begins_in_the_first_tier_and_charges_its_base_price_anew()
    {
        var noon = await MoveToNoon();
        var license = await Meter.License(Terms, with: new { anchor = Meter.Text(noon) });
        await license.Manage("/balances", new { unit = "USD", amount = 10 }).Succeeds();
        await license.Consume(200).Is(200).Has("cost", 2.5m);
        await license.Consume(10).Is(200).Has("cost", 0.05m);

        await MoveTo(noon.AddDays(1));

        await license.Consume(10).Is(200).Has("cost", 1.1m).Has("balance.available", 6.35m);
        await license.Consume(10).Is(200).Has("cost", 0.1m);
    }

    [ClockFact]
    public async Task Credit_that_an_expired_reservation_held_may_be_spent_again()
    {
        var noon = await MoveToNoon();
        var license = await Meter.License(Terms, with: new { anchor = Meter.Text(noon) });
        await license.Manage("/balances", new { unit = "USD", amount = 2 }).Succeeds();
        await license.Post("/reservations", new { feature_code = license.Feature, amount = 100, ttl_seconds = 600 }).Is(201);
        await license.Consume().Refuses(402, "insufficient_credits");

        await MoveTo(noon.AddMinutes(10));

        await license.Read("/balances").Has("items.0.held", 0).Has("items.0.available", 2);
        await license.Consume(100).Is(200).Has("balance.available", 0);
    }

    [ClockFact]
    public async Task The_cost_of_a_closed_period_is_in_the_evidence()
    {
        var noon = await MoveToNoon();
        var license = await Meter.License(Terms, with: new { anchor = Meter.Text(noon) });
        await license.Manage("/balances", new { unit = "USD", amount = 10 }).Succeeds();
        await license.Consume(200).Is(200);

        await MoveTo(noon.AddDays(1));
        await license.Consume().Is(200);

        var closed = (await license.Ledger()).Single(entry => entry.GetProperty("kind").GetString() == "period_closed");
        Assert.Equal(2.5m, closed.GetProperty("cost").GetDecimal());
        Assert.Equal(200, closed.GetProperty("before").GetDecimal());
    }
}
