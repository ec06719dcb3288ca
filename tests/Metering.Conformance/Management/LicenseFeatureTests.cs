using Metering.Conformance.Client;

namespace Metering.Conformance.Management;

public sealed class LicenseFeatureTests : ContractTest
{
    [Theory]
    [InlineData("feature_id", "feat_", "max_consumptions")]
    [InlineData("feature_id", "feat_", "limit")]
    [InlineData("feature_code", "", "max_consumptions")]
    [InlineData("feature_code", "", "limit")]
    public async Task A_feature_is_assigned_by_its_id_or_code_with_a_limit_under_either_name(string name, string prefix, string limit)
    {
        var license = await Meter.License(new { limit = 1 });
        var feature = await Meter.Feature();

        await license.Manage("/features", new Dictionary<string, object> { [name] = prefix + feature, [limit] = 1000 }).Is(201)
            .Has("feature_code", feature);

        await license.Consume(1000, feature: feature).Is(200).Has("limit", 1000).Has("remaining", 0);
        await license.Consume(feature: feature).Refuses(403, "quota_exceeded");
    }

    [Fact]
    public async Task A_feature_assigned_without_a_limit_is_unlimited()
    {
        var license = await Meter.License(new { limit = 1 });
        var feature = await Meter.Feature();

        await license.Manage("/features", new { feature_code = feature }).Is(201);

        await license.Consume(5000, feature: feature).Is(200).Has("unlimited", true);
    }

    [Fact]
    public async Task An_assignment_wins_over_the_plan_and_its_end_falls_back_to_the_plan()
    {
        var license = await Meter.License(new { limit = 10 });
        await license.Consume(6).Is(200);

        await license.Manage("/features", new { feature_code = license.Feature, max_consumptions = 50 }).Is(201);
        await license.Check().Has("limit", 50).Has("used", 6).Has("remaining", 44);

        await license.Manage(HttpMethod.Delete, "/features/" + license.Feature).Is(204);
        await license.Check().Has("limit", 10).Has("used", 6).Has("remaining", 4);
    }

    [Fact]
    public async Task A_plan_change_leaves_an_assignment_as_it_is()
    {
        var license = await Meter.License(new { limit = 10 });
        await license.Manage("/features", new { feature_code = license.Feature, max_consumptions = 50 }).Is(201);

        await license.Manage(HttpMethod.Patch, "", new { plan_id = await Meter.Plan(new { feature_code = license.Feature, limit = 20 }) })
            .Is(200);

        await license.Check().Has("limit", 50);
    }

    [Fact]
    public async Task A_feature_that_only_was_assigned_is_gone_with_its_assignment()
    {
        var license = await Meter.License(new { limit = 1 });
        var feature = await Meter.Feature();
        await license.Manage("/features", new { feature_code = feature, max_consumptions = 5 }).Is(201);
        await license.Consume(feature: feature).Is(200);

        await license.Manage(HttpMethod.Delete, "/features/" + feature).Is(204);

        await license.Consume(feature: feature).Refuses(403, "feature_not_assigned");
        await license.Manage(HttpMethod.Delete, "/features/" + feature).RefusesSomehow().Is(404);
    }

    [Fact]
    public async Task Assigning_again_changes_the_terms_and_keeps_what_was_used()
    {
        var license = await Meter.License(new { limit = 1 });
        var feature = await Meter.Feature();
        await license.Manage("/features", new { feature_code = feature, max_consumptions = 5 }).Is(201);
        await license.Consume(4, feature: feature).Is(200);

        await license.Manage("/features", new { feature_code = feature, max_consumptions = 9 }).Is(200, 201);

        await license.Check(feature: feature).Has("limit", 9).Has("used", 4).Has("remaining", 5);
    }

    [Fact]
    public async Task The_features_of_a_license_are_listed()
    {
        var license = await Meter.License(new { limit = 1 });
        var feature = await Meter.Feature("boolean");
        await license.Manage("/features", new { feature_code = feature }).Is(201);

        var codes = (await license.Read("/features").Is(200)).Items.Select(item => item.GetProperty("feature_code").GetString()).ToList();

        Assert.Contains(feature, codes);
        Assert.Contains(license.Feature, codes);
    }

    [Fact]
    public async Task An_unknown_feature_cannot_be_assigned()
    {
        var license = await Meter.License(new { limit = 1 });

        await license.Manage("/features", new { feature_code = "no_such_feature" }).RefusesSomehow().Is(400, 404);
        await license.Manage("/features", new { feature_id = "feat_no_such_feature" }).RefusesSomehow().Is(400, 404);
        await license.Manage("/features", "{}").Refuses(400, "invalid_request");
    }
}
