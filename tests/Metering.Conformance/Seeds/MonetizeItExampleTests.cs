using Metering.Conformance.Client;
using Metering.Conformance.Webhooks;

namespace Metering.Conformance.Seeds;

/// <summary>MonetizeIt's metering page: four metric types, tiers with levels and policies, priced use on prepaid balances.</summary>
public sealed class MonetizeItExampleTests : ContractTest
{
    [Theory]
    [InlineData("counter", new[] { 2, 3, 5 }, 10)]
    [InlineData("total", new[] { 10, 15, 4 }, 19)]
    [InlineData("gauge", new[] { 7, 3, 5 }, 5)]
    [InlineData("up_down", new[] { 6, -4, 3 }, 5)]
    public async Task A_metrics_type_decides_how_it_adds_up(string metric, int[] given, int used)
    {
        var license = await Meter.License(metric: metric);
        foreach (var amount in given)
        {
            await license.Report(amount).Is(200);
        }

        Assert.Equal(used, await license.Used());
    }

    [Fact]
    public async Task Use_passes_the_four_levels_on_its_way_to_being_denied()
    {
        var license = await Meter.License(new
        {
            limit = 100,
            reset = "day",
            tiers = new object[]
            {
                new { from = "50%", level = "warning", policy = "notify_only" },
                new { from = "90%", level = "critical", policy = "notify_only" },
                new { from = "100%", level = "over_usage", policy = "deny" },
            },
        });

        await license.Consume(50).Is(200).Has("level", "normal");
        await license.Consume(1).Is(200).Has("level", "warning").Has("signals.0", "level_changed");
        await license.Consume(40).Is(200).Has("level", "critical");
        await license.Consume(9).Is(200).Has("level", "critical").Has("remaining", 0);
        await license.Consume(1).Refuses(403, "quota_exceeded");
    }

    [Fact]
    public async Task Each_policy_does_what_its_name_says()
    {
        await (await OverAsync("notify_only", 5)).Consume(100).Is(200);
        await (await OverAsync("allow_with_overage", 5)).Consume(3).Is(200).Has("overage", 3);

        var grace = await OverAsync("allow_with_grace", 5, new { grace = 2 });
        await grace.Consume(2).Is(200);
        await grace.Consume(1).Refuses(403, "quota_exceeded");

        var limited = await OverAsync("rate_limit", 5, new { rate = new { amount = 1, per = "day", burst = 1 } });
        await limited.Consume(1).Is(200);
        Assert.NotNull((await limited.Consume(1).Refuses(429, "rate_limited")).Header("Retry-After"));

        await (await OverAsync("deny", 5)).Consume(1).Refuses(403, "quota_exceeded");

        var suspended = await OverAsync("suspend_usage", 5);
        await suspended.Consume(1).RefusesSomehow();
        await suspended.Grant(100);
        await suspended.Consume(1).Refuses(403, "usage_suspended");
    }

    [Fact]
    public async Task Priced_use_draws_on_a_balance_that_is_topped_up_reserved_and_suspended()
    {
        var license = await Meter.License(new
        {
            limit = 1000,
            price = new { unit = "credits" },
            tiers = new object[] { new { from = 0, level = "normal", policy = "notify_only", unit_price = 0.5, base_price = 1 } },
        });
        await license.Manage("/balances", new { unit = "credits", amount = 10 }).Is(201);

        // A base price once, and half a credit for each.
        await license.Consume(4).Is(200).Has("cost", 3).Has("balance.available", 7);

        var reserved = await license.Post("/reservations", new { feature_code = license.Feature, amount = 10, ttl_seconds = 600 }).Is(201);
        await license.Check().Is(200).Has("balance.available", 2);
        await license.Post($"/reservations/{reserved.String("id")}/commit", new { amount = 6 }).Is(200).Has("balance.available", 4);

        await license.Consume(9).Refuses(402, "insufficient_credits");
        await license.Manage("/balances/credits/top-up", new { amount = 6 }).Is(200);
        await license.Consume(9).Is(200).Has("balance.available", 5.5m);
        await license.Manage("/balances/credits/withdraw", new { amount = 5 }).Is(200);
        await license.Manage("/balances/credits/suspend").Is(200);
        await license.Consume(1).Refuses(402, "insufficient_credits");
    }

    [WebhookFact]
    public async Task Signals_feed_billing_with_the_overage_that_the_bill_has()
    {
        await using var receiver = await Receiver.StartAsync();
        var hook = await Meter.Post("/api/v1/webhooks", new { url = receiver.Url, events = new[] { "overage", "balance_low", "balance_exhausted" } });
        try
        {
            var license = await Meter.License(new
            {
                limit = 10,
                reset = "month",
                price = new { unit = "credits" },
                tiers = new object[]
                {
                    new { from = 0, level = "normal", policy = "notify_only", unit_price = 0.5 },
                    new { from = "100%", level = "over_usage", policy = "allow_with_overage", unit_price = 2 },
                },
            });
            await license.Manage("/balances", new { unit = "credits", amount = 100 }).Is(201);
            await license.Consume(13).Is(200).Has("overage", 3).Has("cost", 11);

            var told = await receiver.Next(message => message.Type == "overage" && message.IsAbout(license.Id));
            Assert.Contains($"\"{license.Feature}\"", told.Body, StringComparison.Ordinal);
            await Meter.Post("/api/billing-report", new { tenant_id = license.Tenant }).Is(200)
                .Has("lines.0.overage", 3).Has("lines.0.cost", 11).Has("lines.0.credit_drawn", 11).Has("lines.0.credit_left", 89)
                .Has("totals.0.unit", "credits").Has("totals.0.cost", 11);
        }
        finally
        {
            await Meter.Delete("/api/v1/webhooks/" + hook.String("id")).Is(204);
        }
    }

    // A license that has used all of its limit, with a policy for what lies beyond.
    private async Task<License> OverAsync(string policy, int limit, object? more = null)
    {
        var beyond = Body.Of(new { from = "100%", level = "over_usage", policy }, more);
        var license = await Meter.License(new { limit, reset = "day", tiers = new object[] { beyond } });
        await license.Consume(limit).Is(200);
        return license;
    }
}
