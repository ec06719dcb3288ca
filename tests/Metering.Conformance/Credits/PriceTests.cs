using Metering.Conformance.Client;

namespace Metering.Conformance.Credits;

[Rule(7)]
public sealed class PriceTests : ContractTest
{
    private static readonly object Terms = new
    {
        price = new { unit = "USD" },
        tiers = new object[]
        {
            new { from = 0, level = "normal", policy = "notify_only", unit_price = 0.01m },
            new { from = 100, level = "normal", policy = "notify_only", unit_price = 0.005m, base_price = 1 },
            new { from = 200, level = "normal", policy = "notify_only", unit_price = 0.001m },
        },
    };

    [Fact]
    public async Task Use_costs_its_tiers_unit_price_and_is_drawn_from_the_balance()
    {
        var license = await Priced(10);

        await license.Consume(2).Is(200).Has("cost", 0.02m).Has("balance.unit", "USD").Has("balance.available", 9.98m);
        await license.Read("/balances").Is(200).Has("items.0.available", 9.98m);
    }

    [Fact]
    public async Task An_amount_that_spans_tiers_is_split_at_the_boundaries()
    {
        var license = await Priced(10);

        await license.Consume(250).Is(200).Has("cost", 1 + 1 + 0.5m + 0.05m).Has("balance.available", 7.45m);
    }

    [Fact]
    public async Task The_hundredth_unit_costs_the_first_tiers_price_and_the_next_one_enters_the_second()
    {
        var license = await Priced(10);
        await license.Consume(99).Is(200).Has("cost", 0.99m);

        await license.Consume().Is(200).Has("cost", 0.01m);
        await license.Consume().Is(200).Has("cost", 1.005m);
        await license.Consume().Is(200).Has("cost", 0.005m);
    }

    [Fact]
    public async Task A_base_price_is_charged_once_a_period()
    {
        var license = await Priced(10);
        await license.Consume(150).Is(200).Has("cost", 2.25m);

        await license.Consume(10).Is(200).Has("cost", 0.05m);
        await license.Manage("/usage/decrement", new { feature_code = license.Feature, amount = 100 }).Is(200);
        await license.Consume(60).Is(200);

        var bases = (await license.Ledger()).Where(entry => entry.GetProperty("kind").GetString() == "consumed")
            .Sum(entry => entry.GetProperty("cost").GetDecimal());
        Assert.Equal(2.25m + 0.05m + 0.40m + 0.10m, bases);
    }

    [Fact]
    public async Task What_was_charged_before_a_price_in_another_unit_stays_charged_in_its_own()
    {
        var tiers = new[] { new { from = 0, unit_price = 2 } };
        var license = await Meter.License(new { reset = "month", tiers, price = new { unit = "USD" } });
        await license.Manage("/balances", new { unit = "USD", amount = 100 }).Is(201);
        await license.Manage("/balances", new { unit = "credits", amount = 100 }).Is(201);
        await license.Consume(5).Is(200).Has("cost", 10);

        await license.Manage("/features", new { feature_code = license.Feature, reset = "month", tiers, price = new { unit = "credits" } })
            .Succeeds();
        await license.Manage("/usage/decrement", new { feature_code = license.Feature, amount = 2 }).Is(200);
        await license.Consume(3).Is(200).Has("used", 6).Has("cost", 6);

        var balances = await license.Read("/balances").Is(200);
        Assert.Equal(
            [("USD", 90m), ("credits", 94m)],
            balances.Items.Select(one => (one.GetProperty("unit").GetString()!, one.GetProperty("available").GetDecimal())).Order());
        await Meter.Post("/api/v1/billing-report", new { tenant_id = license.Tenant }).Is(200)
            .Has("lines.0.is_part", true).Has("lines.0.used", 0).Has("lines.0.cost", 10).Has("lines.0.price_unit", "USD")
            .Has("lines.0.credit_drawn", 10).Has("lines.0.tiers.0.units", 5).Has("lines.0.included", null)
            .Has("lines.1.is_part", false).Has("lines.1.used", 6).Has("lines.1.cost", 6).Has("lines.1.price_unit", "credits")
            .Has("totals.0.unit", "USD").Has("totals.0.cost", 10).Has("totals.1.unit", "credits").Has("totals.1.cost", 6);
        await license.Read("/statement").Is(200)
            .Has("periods.0.is_part", true).Has("periods.0.cost", 10).Has("periods.0.price_unit", "USD")
            .Has("periods.1.is_part", false).Has("periods.1.cost", 6).Has("periods.1.used", 6);
        await Meter.Get($"/api/v1/usage/{license.Tenant}/{license.Feature}").Is(200)
            .Has("total", 6).Has("cost", null).Has("cost_unit", null).Has("licenses.0.cost", null);
    }

    [Fact]
    public async Task A_base_price_is_set_aside_once_for_all_reservations()
    {
        var license = await Meter.License(new
        {
            price = new { unit = "USD" },
            tiers = new object[] { new { from = 0, unit_price = 0.333333333m, base_price = 6 } },
        });
        await license.Manage("/balances", new { unit = "USD", amount = 10 }).Is(201);
        var reservation = new { feature_code = license.Feature, amount = 3, ttl_seconds = 600 };

        var first = await license.Post("/reservations", reservation).Is(201);
        var second = await license.Post("/reservations", reservation).Is(201);
        await license.Read("/balances").Is(200).Has("items.0.held", 7.999999998m).Has("items.0.available", 2.000000002m);

        await license.Software.Send(HttpMethod.Delete, $"/api/v1/license/reservations/{first.String("id")}").Is(204);
        await license.Read("/balances").Is(200).Has("items.0.held", 6.999999999m);
        await license.Post($"/reservations/{second.String("id")}/commit").Is(200).Has("cost", 6.999999999m)
            .Has("balance.available", 3.000000001m);
    }

    [Fact]
    public async Task A_balance_that_cannot_cover_the_cost_refuses_and_nothing_is_counted()
    {
        var license = await Priced(1);
        await license.Consume(60).Is(200).Has("balance.available", 0.4m);

        await license.Consume(41).Refuses(402, "insufficient_credits").Has("used", 60).Has("balance.available", 0.4m);
        await license.Check(41).Is(200).Has("allowed", false).Has("reason", "insufficient_credits");

        await license.Consume(40).Is(200).Has("used", 100).Has("balance.available", 0);
    }

    [Fact]
    public async Task Without_a_balance_priced_use_is_refused()
    {
        var license = await Meter.License(Terms);

        await license.Consume().Refuses(402, "insufficient_credits");
        await license.Check().Has("used", 0);
    }

    [Fact]
    public async Task A_refused_consume_succeeds_with_the_same_key_after_a_top_up()
    {
        var license = await Priced(0.5m);
        await license.Consume(60, "key-1").Refuses(402, "insufficient_credits");

        await license.Manage("/balances/USD/top-up", new { amount = 0.1m }).Succeeds();

        await license.Consume(60, "key-1").Is(200).Has("balance.available", 0);
    }

    [Fact]
    public async Task A_balance_that_allows_overage_goes_below_zero()
    {
        var license = await Priced(0.5m, allowOverage: true);

        await license.Consume(60).Is(200).Has("used", 60).Has("cost", 0.6m);
        await license.Consume(10).Is(200).Has("used", 70);

        await license.Read("/balances").Is(200).Has("items.0.overage", 0.2m).Has("items.0.amount", -0.2m);
    }

    [Fact]
    public async Task A_replay_is_not_charged_again()
    {
        var license = await Priced(10);
        await license.Consume(50, "key-1").Is(200);

        await license.Consume(50, "key-1").Is(200).HasHeader("Idempotency-Replayed", "true").Has("cost", 0.5m);

        await license.Check().Has("balance.available", 9.5m);
    }

    [Fact]
    public async Task Costs_agree_with_the_ledger_to_the_last_digit()
    {
        var license = await Priced(10);
        foreach (var amount in new[] { 0.1m, 33.333333333m, 70, 12.000000001m, 100 })
        {
            await license.Consume(amount).Is(200);
        }

        var left = (await license.Check()).Number("balance.available");

        var cost = (await license.Ledger()).Where(entry => entry.GetProperty("kind").GetString() == "consumed")
            .Sum(entry => entry.GetProperty("cost").GetDecimal());
        Assert.Equal(10 - cost, left);
    }

    private async Task<License> Priced(decimal credit, bool allowOverage = false)
    {
        var license = await Meter.License(Terms);
        await license.Manage("/balances", new { unit = "USD", amount = credit, allow_overage = allowOverage }).Succeeds();
        return license;
    }
}
