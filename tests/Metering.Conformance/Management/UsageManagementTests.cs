using Metering.Conformance.Client;

namespace Metering.Conformance.Management;

public sealed class UsageManagementTests : ContractTest
{
    [Fact]
    public async Task A_reset_returns_use_to_zero()
    {
        var license = await Meter.License(new { limit = 10 });
        await license.Consume(10).Is(200);

        await license.Manage("/usage/reset", new { feature_code = license.Feature }).Is(200);

        await license.Check().Has("used", 0).Has("remaining", 10);
        await license.Consume(10).Is(200);
    }

    [Fact]
    public async Task A_reset_without_a_feature_resets_every_feature()
    {
        var first = await Meter.Feature();
        var second = await Meter.Feature();
        var license = await Meter.LicenseOn(
            await Meter.Plan(new { feature_code = first, limit = 10 }, new { feature_code = second, limit = 10 }), first);
        await license.Consume(4).Is(200);
        await license.Consume(5, feature: second).Is(200);

        await license.Manage("/usage/reset", "{}").Is(200);

        await license.Check().Has("used", 0);
        await license.Check(feature: second).Has("used", 0);
    }

    [Fact]
    public async Task A_reset_of_one_feature_leaves_the_others()
    {
        var first = await Meter.Feature();
        var second = await Meter.Feature();
        var license = await Meter.LicenseOn(
            await Meter.Plan(new { feature_code = first, limit = 10 }, new { feature_code = second, limit = 10 }), first);
        await license.Consume(4).Is(200);
        await license.Consume(5, feature: second).Is(200);

        await license.Manage("/usage/reset", new { feature_code = first }).Is(200);

        await license.Check().Has("used", 0);
        await license.Check(feature: second).Has("used", 5);
    }

    [Fact]
    public async Task A_correction_keeps_what_is_said_of_it_in_the_ledger()
    {
        var license = await Meter.License(new { limit = 100 });
        await license.Consume(50).Is(200);
        var note = new { reason = "counted twice", reference = "ticket-9", metadata = new { by = "ann" } };

        await Says("decremented", "/usage/decrement", new { feature_code = license.Feature, amount = 5 });
        await Says("usage_resumed", "/usage/resume", new { feature_code = license.Feature });
        await Says("usage_reset", "/usage/reset", new { feature_code = license.Feature });
        await Says("grant_added", "/usage/reset", new { feature_code = license.Feature, top_up = 3 });
        var grant = (await Says("grant_added", "/grants", new { feature_code = license.Feature, amount = 5 })).String("id");
        await Says("balance_opened", "/balances", new { unit = "USD", amount = 10 });
        await Says("balance_topped_up", "/balances/USD/top-up", new { amount = 1 });
        await Says("balance_withdrawn", "/balances/USD/withdraw", new { amount = 1 });
        await Says("balance_suspended", "/balances/USD/suspend", new { });
        await Says("balance_resumed", "/balances/USD/resume", new { });
        await license.Manage(HttpMethod.Patch, "/balances/USD", Body.Of(new { low_at = 2, allow_overage = true }, note)).Succeeds();
        await Told("balance_changed");
        await license.Manage(
            HttpMethod.Delete, $"/grants/{grant}?reason=counted%20twice&reference=ticket-9&metadata=%7B%22by%22%3A%22ann%22%7D").Is(204);
        var ended = await Told("grant_ended");
        Assert.Equal(grant, ended.GetProperty("grant_id").GetString());

        async Task<Reply> Says(string kind, string path, object body)
        {
            var reply = await license.Manage(path, Body.Of(body, note)).Succeeds();
            await Told(kind);
            return reply;
        }

        async Task<System.Text.Json.JsonElement> Told(string kind)
        {
            var entry = (await license.Ledger())[^1];
            Assert.Equal(kind, entry.GetProperty("kind").GetString());
            Assert.Equal("counted twice", entry.GetProperty("reason").GetString());
            Assert.Equal("ticket-9", entry.GetProperty("reference").GetString());
            Assert.Equal("ann", entry.GetProperty("metadata").GetProperty("by").GetString());
            return entry;
        }
    }

    [Fact]
    public async Task What_is_said_of_a_correction_has_bounds()
    {
        var license = await Meter.License(new { limit = 100 });
        await license.Consume(50).Is(200);
        var body = Body.Of(new { feature_code = license.Feature, amount = 1 });

        await license.Manage("/usage/decrement", Body.Of(body, new { reason = new string('x', 501) })).RefusesField("/reason");
        await license.Manage("/usage/decrement", Body.Of(body, new { reference = new string('x', 256) })).RefusesField("/reference");
        await license.Manage("/usage/decrement", Body.Of(body, new { metadata = new[] { 1 } })).RefusesField("/metadata");
        await license.Manage("/usage/decrement", Body.Of(body, new { metadata = new { long_text = new string('x', 5000) } }))
            .RefusesField("/metadata");
        await license.Manage(HttpMethod.Delete, "/grants/grt_1?metadata=text").RefusesField("/metadata");
        await license.Check().Has("used", 50);
        await license.Manage("/usage/decrement", Body.Of(body, new { reason = new string('x', 500), reference = new string('x', 255) }))
            .Is(200).Has("used", 49);
    }

    [Fact]
    public async Task A_top_up_adds_allowance_and_resets_nothing()
    {
        var license = await Meter.License(new { limit = 10 });
        await license.Consume(10).Is(200);

        await license.Manage("/usage/reset", new { feature_code = license.Feature, top_up = 5 }).Is(200);

        await license.Check().Has("used", 10).Has("limit", 10).Has("allowance", 15).Has("remaining", 5);
        var grant = (await license.Read("/grants").Is(200)).Items.Single();
        Assert.Equal(5, grant.GetProperty("amount").GetDecimal());
    }

    [Fact]
    public async Task A_reset_keeps_the_anchor_unless_it_is_told_not_to()
    {
        var anchor = (await Meter.Now()).AddDays(-3.5);
        var license = await Meter.License(new { limit = 10, reset = "week" }, with: new { anchor = Meter.Text(anchor) });
        var before = await license.Consume(5).Is(200);

        await license.Manage("/usage/reset", new { feature_code = license.Feature }).Is(200);
        await license.Check().Has("used", 0).Has("period.end", before.Time("period.end"));

        await license.Manage("/usage/reset", new { feature_code = license.Feature, keep_anchor = false }).Is(200);
        var after = await license.Check();
        Assert.InRange(after.Time("period.end"), before.Time("period.end").AddDays(3), before.Time("period.end").AddDays(4));
    }

    [Fact]
    public async Task A_decrement_takes_use_away()
    {
        var license = await Meter.License(new { limit = 10 });
        await license.Consume(7).Is(200);

        await license.Manage("/usage/decrement", new { feature_code = license.Feature, amount = 3 }).Is(200);

        await license.Check().Has("used", 4).Has("remaining", 6);
    }

    [Fact]
    public async Task A_decrement_of_more_than_was_used_is_refused()
    {
        var license = await Meter.License(new { limit = 10 });
        await license.Consume(2).Is(200);

        await license.Manage("/usage/decrement", new { feature_code = license.Feature, amount = 3 }).RefusesField("/amount");

        await license.Check().Has("used", 2);
    }

    [Fact]
    public async Task A_decrement_takes_overage_away_first()
    {
        var license = await Meter.License(new { limit = 10 });
        await license.Report(13).Is(200);

        await license.Manage("/usage/decrement", new { feature_code = license.Feature, amount = 2 }).Is(200);
        await license.Check().Has("used", 11).Has("overage", 1).Has("remaining", 0);
        await license.Manage("/usage/decrement", new { feature_code = license.Feature, amount = 4 }).Is(200);
        await license.Check().Has("used", 7).Has("overage", 0).Has("remaining", 3);
    }

    [Fact]
    public async Task What_an_operator_does_is_in_the_ledger()
    {
        var license = await Meter.License(new { limit = 10 });
        await license.Consume(7).Is(200);
        await license.Manage("/usage/decrement", new { feature_code = license.Feature, amount = 3 }).Is(200);
        await license.Manage("/usage/reset", new { feature_code = license.Feature }).Is(200);

        var entries = await license.Ledger();

        var decremented = entries.Single(entry => entry.GetProperty("kind").GetString() == "decremented");
        Assert.Equal(-3, decremented.GetProperty("amount").GetDecimal());
        Assert.Equal(7, decremented.GetProperty("before").GetDecimal());
        Assert.Equal(4, decremented.GetProperty("after").GetDecimal());
        Assert.Contains(entries, entry => entry.GetProperty("kind").GetString() == "usage_reset");
    }

    [Fact]
    public async Task A_feature_that_the_license_does_not_have_cannot_be_managed()
    {
        var license = await Meter.License(new { limit = 10 });

        await license.Manage("/usage/reset", new { feature_code = "no_such_feature" }).RefusesSomehow();
        await license.Manage("/usage/reset", new { feature_code = "no_such_feature", top_up = 5 }).RefusesSomehow();
        await license.Manage("/usage/decrement", new { feature_code = "no_such_feature", amount = 1 }).RefusesSomehow();
        await license.Manage("/usage/resume", new { feature_code = "no_such_feature" }).RefusesSomehow();
    }
}
