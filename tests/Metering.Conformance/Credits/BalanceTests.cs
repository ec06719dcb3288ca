using Metering.Conformance.Client;

namespace Metering.Conformance.Credits;

public sealed class BalanceTests : ContractTest
{
    [Fact]
    public async Task A_license_may_hold_several_balances_each_in_its_unit()
    {
        var license = await Priced(10);
        await license.Manage("/balances", new { unit = "tokens", amount = 5000 }).Succeeds().Has("unit", "tokens").Has("amount", 5000);

        var balances = (await license.Read("/balances").Is(200)).Items.ToDictionary(item => item.GetProperty("unit").GetString()!);

        Assert.Equal(10, balances["USD"].GetProperty("available").GetDecimal());
        Assert.Equal(5000, balances["tokens"].GetProperty("available").GetDecimal());
    }

    [Fact]
    public async Task A_unit_has_one_balance()
    {
        var license = await Priced(10);

        await license.Manage("/balances", new { unit = "USD", amount = 5 }).Refuses(409, "balance_exists");

        await license.Check().Has("balance.available", 10);
    }

    [Fact]
    public async Task A_top_up_adds_and_a_withdrawal_takes()
    {
        var license = await Priced(10);

        await license.Manage("/balances/USD/top-up", new { amount = 2.5m }).Succeeds().Has("available", 12.5m);
        await license.Manage("/balances/USD/withdraw", new { amount = 12 }).Succeeds().Has("available", 0.5m);
        await license.Check().Has("balance.available", 0.5m);
    }

    [Fact]
    public async Task No_more_can_be_withdrawn_than_is_there()
    {
        var license = await Priced(10);
        await license.Consume(400).Is(200).Has("balance.available", 6);

        await license.Manage("/balances/USD/withdraw", new { amount = 6.000000001m }).RefusesSomehow();

        await license.Check().Has("balance.available", 6);
        await license.Manage("/balances/USD/withdraw", new { amount = 6 }).Succeeds().Has("available", 0);
    }

    [Fact]
    public async Task A_balance_may_be_allowed_below_zero_and_its_mark_changed()
    {
        var license = await Priced(10);
        await license.Manage(HttpMethod.Patch, "/balances/USD", new { allow_overage = true, low_at = 4 })
            .Is(200).Has("allow_overage", true).Has("low_at", 4).Has("available", 10);
        await license.Consume(1200).Is(200).Has("balance.available", -2);

        await license.Manage(HttpMethod.Patch, "/balances/USD", new { allow_overage = false })
            .Is(200).Has("allow_overage", false).Has("low_at", 4);

        await license.Consume().Refuses(402, "insufficient_credits");
    }

    [Fact]
    public async Task A_change_of_a_balance_that_changes_nothing_is_refused()
    {
        var license = await Priced(10);

        await license.Manage(HttpMethod.Patch, "/balances/USD", new { reason = "none" }).Refuses(400, "invalid_request");
        await license.Manage(HttpMethod.Patch, "/balances/USD", new { low_at = (int?)null, allow_overage = true })
            .Refuses(400, "invalid_request");
        await license.Manage(HttpMethod.Patch, "/balances/EUR", new { low_at = 1 }).Refuses(404, "balance_not_found");
    }

    [Fact]
    public async Task A_suspended_balance_pays_for_nothing_until_it_is_resumed()
    {
        var license = await Priced(10);
        await license.Manage("/balances/USD/suspend").Succeeds().Has("suspended", true);

        await license.Consume().Refuses(402, "insufficient_credits");
        await license.Check().Has("allowed", false).Has("used", 0);

        await license.Manage("/balances/USD/resume").Succeeds().Has("suspended", false);
        await license.Consume().Is(200).Has("balance.available", 9.99m);
    }

    [Fact]
    public async Task A_top_up_first_fills_what_overage_has_taken()
    {
        var license = await Meter.License(new
        {
            price = new { unit = "credits" },
            tiers = new object[] { new { from = 0, level = "normal", policy = "notify_only", unit_price = 1 } },
        });
        await license.Manage("/balances", new { unit = "credits", amount = 5, allow_overage = true }).Succeeds();
        await license.Consume(8).Is(200);

        await license.Manage("/balances/credits/top-up", new { amount = 10 }).Succeeds().Has("amount", 7).Has("available", 7)
            .Has("overage", 0);
    }

    [Fact]
    public async Task Two_features_may_draw_on_one_balance()
    {
        var (first, second) = (await Meter.Feature(), await Meter.Feature());
        object Include(string code, decimal price) => new
        {
            feature_code = code,
            price = new { unit = "USD" },
            tiers = new object[] { new { from = 0, level = "normal", policy = "notify_only", unit_price = price } },
        };
        var license = await Meter.LicenseOn(await Meter.Plan(Include(first, 1), Include(second, 2)), first);
        await license.Manage("/balances", new { unit = "USD", amount = 10 }).Succeeds();

        await license.Consume(3).Is(200).Has("balance.available", 7);
        await license.Consume(3, feature: second).Is(200).Has("cost", 6).Has("balance.available", 1);
        await license.Consume(feature: second).Refuses(402, "insufficient_credits");
        await license.Consume(1).Is(200).Has("balance.available", 0);
    }

    [Fact]
    public async Task A_balance_that_is_not_there_is_404()
    {
        var license = await Priced(10);

        foreach (var action in new[] { "top-up", "withdraw" })
        {
            await license.Manage($"/balances/EUR/{action}", new { amount = 1 }).Refuses(404, "balance_not_found");
        }

        await license.Manage("/balances/EUR/suspend").Refuses(404, "balance_not_found");
        await license.Manage("/balances/EUR/resume").Refuses(404, "balance_not_found");
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("1e15")]
    [InlineData("\"5\"")]
    [InlineData("0.1234567891")]
    public async Task A_bad_amount_changes_no_balance(string amount)
    {
        var license = await Priced(10);

        await license.Manage("/balances/USD/top-up", $$"""{"amount":{{amount}}}""").RefusesField("/amount");
        await license.Manage("/balances/USD/withdraw", $$"""{"amount":{{amount}}}""").RefusesField("/amount");

        await license.Check().Has("balance.available", 10);
    }

    [Fact]
    public async Task Every_change_of_a_balance_is_in_the_ledger_with_what_it_came_to()
    {
        var license = await Priced(10);
        await license.Consume(100).Is(200);
        await license.Manage("/balances/USD/top-up", new { amount = 5 }).Succeeds();
        await license.Manage("/balances/USD/withdraw", new { amount = 2 }).Succeeds();

        var entries = (await license.Ledger())
            .Where(entry => entry.TryGetProperty("unit", out var unit) && unit.GetString() == "USD").ToList();

        Assert.Equal(
            ["balance_opened", "consumed", "balance_topped_up", "balance_withdrawn"],
            entries.Select(entry => entry.GetProperty("kind").GetString()));
        Assert.Equal([10, 9, 14, 12], entries.Select(entry => entry.GetProperty("balance_after").GetDecimal()));
    }

    [Fact]
    public async Task A_balance_tells_what_was_bought_spent_and_withdrawn()
    {
        var license = await Priced(10);
        await license.Consume(100).Is(200);
        await license.Manage("/balances/USD/top-up", new { amount = 5 }).Succeeds();
        await license.Manage("/balances/USD/withdraw", new { amount = 2 }).Succeeds();

        await license.Read("/balances").Is(200).Has("items.0.bought", 15).Has("items.0.spent", 1).Has("items.0.withdrawn", 2)
            .Has("items.0.amount", 12);
    }

    private async Task<License> Priced(decimal credit)
    {
        var license = await Meter.License(new
        {
            price = new { unit = "USD" },
            tiers = new object[] { new { from = 0, level = "normal", policy = "notify_only", unit_price = 0.01m } },
        });
        await license.Manage("/balances", new { unit = "USD", amount = credit }).Succeeds();
        return license;
    }
}
