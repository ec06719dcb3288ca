using Metering.Conformance.Client;

namespace Metering.Conformance.Credits;

/// <summary>A unit that differs from another only in case is a mistake, and is refused where it is made.</summary>
public sealed class UnitTests : ContractTest
{
    [Fact]
    public async Task A_balance_in_another_case_than_a_price_is_refused()
    {
        var unit = Meter.Unique("usd");
        var license = await Meter.License(new { tiers = new[] { new { from = 0, unit_price = 1 } }, price = new { unit } });

        var reply = await license.Manage("/balances", new { unit = unit.ToUpperInvariant(), amount = 5 }).RefusesField("/unit");

        Assert.Contains(unit, reply.String("errors.0.detail"), StringComparison.Ordinal);
        await license.Manage("/balances", new { unit, amount = 5 }).Is(201);
    }

    [Fact]
    public async Task A_price_in_another_case_than_a_balance_is_refused()
    {
        var unit = Meter.Unique("usd");
        var license = await Meter.License(new { limit = 5 });
        await license.Manage("/balances", new { unit, amount = 5 }).Is(201);
        var upper = unit.ToUpperInvariant();
        var tiers = new[] { new { from = 0, unit_price = 1 } };

        await license.Manage("/features", new { feature_code = license.Feature, tiers, price = new { unit = upper } })
            .RefusesField("/price/unit");

        var plan = await Meter.Plan(new { feature_code = license.Feature, tiers, price = new { unit = upper } });
        await license.Manage(HttpMethod.Patch, "", new { plan_id = plan }).RefusesField("/plan_id");
    }

    [Fact]
    public async Task A_catalog_has_one_case_of_a_unit()
    {
        var (feature, unit) = (await Meter.Feature(), Meter.Unique("usd"));
        var tiers = new[] { new { from = 0, unit_price = 1 } };
        await Meter.Plan(new { feature_code = feature, tiers, price = new { unit } });

        var other = new
        {
            id = Meter.Unique("plan"),
            includes = new[] { new { feature_code = feature, tiers, price = new { unit = unit.ToUpperInvariant() } } },
        };
        await Meter.Post("/api/v1/plans", other).RefusesField("/includes/0/price/unit");
    }
}
