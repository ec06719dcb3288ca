using Metering.Conformance.Client;

namespace Metering.Conformance.Runtime;

public sealed class LicenseUsageTests : ContractTest
{
    [Fact]
    public async Task Usage_shows_every_feature_and_balance_of_the_license()
    {
        var calls = await Meter.Feature();
        var seats = await Meter.Feature("gauge");
        var pro = await Meter.Feature("boolean");
        var plan = await Meter.Plan(
            new { feature_code = calls, limit = 10 }, new { feature_code = seats, limit = 3 }, new { feature_code = pro });
        var license = await Meter.LicenseOn(plan, calls);
        await license.Manage("/balances", new { unit = "USD", amount = 12.5m }).Succeeds();
        await license.Consume(4).Is(200);
        await license.Report(2, feature: seats).Is(200);

        foreach (var usage in new[] { await license.Usage().Is(200), await license.Read("/usage").Is(200) })
        {
            var features = usage.List("features").ToDictionary(item => item.GetProperty("feature_code").GetString()!);
            Assert.Equal(4, features[calls].GetProperty("used").GetDecimal());
            Assert.Equal(6, features[calls].GetProperty("remaining").GetDecimal());
            Assert.Equal(2, features[seats].GetProperty("used").GetDecimal());
            Assert.Equal("boolean", features[pro].GetProperty("kind").GetString());
            Assert.True(features[pro].GetProperty("allowed").GetBoolean());
            Assert.Equal(3, features.Count);
            usage.Has("balances.0.unit", "USD").Has("balances.0.available", 12.5m);
        }
    }

    [Fact]
    public async Task Usage_and_quota_say_why_the_license_may_not_use_a_feature()
    {
        var license = await Meter.License(
            new { limit = 10, tiers = new[] { new { from = 5, level = "over_usage", policy = "suspend_usage" } } });
        await license.Consume(4).Is(200);
        await Says(null);

        await license.Consume(3).Refuses(403, "usage_suspended");
        await Says("usage_suspended");

        await license.Manage("/usage/resume", new { feature_code = license.Feature }).Is(200);
        await Says(null);

        await license.Manage("/suspend").Succeeds();
        await Says("license_suspended");

        async Task Says(string? reason)
        {
            foreach (var usage in new[] { await license.Usage().Is(200), await license.Read("/usage").Is(200) })
            {
                usage.Has("features.0.allowed", reason is null).Has("features.0.reason", reason)
                    .Has("features.0.used", 4).Has("features.0.remaining", 6);
            }

            var quota = await Meter.Get($"/api/v1/quota/{license.Tenant}/{license.Feature}").Is(200);
            quota.Has("allowed", reason is null).Has("reason", reason).Has("used", 4).Has("remaining", 6)
                .Has("licenses.0.usage.allowed", reason is null).Has("licenses.0.usage.reason", reason);
        }
    }

    [Fact]
    public async Task Usage_of_a_license_shows_nothing_of_another()
    {
        var first = await Meter.License(new { limit = 10 });
        var second = await Meter.LicenseOn(first.Plan, first.Feature);
        await first.Consume(4).Is(200);

        await second.Usage().Is(200).Has("features.0.used", 0);
        await first.Usage().Is(200).Has("features.0.used", 4);
    }
}
