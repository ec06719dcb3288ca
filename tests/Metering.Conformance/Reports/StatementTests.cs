using Metering.Conformance.Client;

namespace Metering.Conformance.Reports;

public sealed class StatementTests : ContractTest
{
    [Fact]
    public async Task A_statement_says_why_the_license_has_what_it_has()
    {
        var license = await Meter.License(new
        {
            limit = 10, reset = "month", over_limit = "allow_with_overage", price = new { unit = "USD" },
            tiers = new[] { new { from = 0, level = "normal", unit_price = 0.5m, policy = "allow_with_overage" } },
        });
        await license.Manage("/balances", new { unit = "USD", amount = 100 }).Is(201);
        await license.Grant(5, new { reason = "goodwill" });
        await license.Consume(12).Is(200);
        await license.Manage("/usage/decrement", new { feature_code = license.Feature, amount = 1, reason = "a mistake" }).Is(200);

        var statement = await license.Read("/statement").Is(200).Has("license_id", license.Id).Has("periods.0.granted", 10)
            .Has("periods.0.used", 11).Has("periods.0.used_of_grants", 1).Has("periods.0.overage", 0).Has("periods.0.left", 0)
            .Has("grants.0.granted", 5).Has("grants.0.used", 1).Has("grants.0.left", 4)
            .Has("balances.0.unit", "USD").Has("balances.0.opening", 0).Has("balances.0.granted", 100).Has("balances.0.used", 6)
            .Has("balances.0.adjusted", 0.5m).Has("balances.0.left", 94.5m).Has("entries_left_out", 0);
        Assert.Contains(statement.List("entries"), entry => entry.GetProperty("words").GetString() == "a mistake");

        // Without what is read from the ledger.
        var brief = await license.Read("/statement?entries=false").Is(200).Has("periods.0.used", 11).Has("grants.0.used", 1);
        Assert.Equal((0, 0), (brief.List("balances").Count, brief.List("entries").Count));
        await license.Read("/statement?entries=0").RefusesField("/entries");

        await license.Read("/statement?from=2026-01-02&to=2026-01-01").RefusesField("/to");
        await Meter.Get("/api/v1/licenses/lic_none/statement").Refuses(404, "license_not_found");
    }
}
