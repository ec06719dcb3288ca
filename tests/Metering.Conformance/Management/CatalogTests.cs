using System.Text.Json;
using Metering.Conformance.Client;

namespace Metering.Conformance.Management;

public sealed class CatalogTests : ContractTest
{
    [Fact]
    public async Task A_catalog_that_is_put_answers_what_was_created_and_what_was_unchanged()
    {
        var (document, feature, plan) = Document(100);

        var first = await Meter.Put("/api/v1/catalog", document).Is(200);
        var second = await Meter.Put("/api/v1/catalog", document).Is(200);

        Assert.Contains(feature, first["created"].GetRawText(), StringComparison.Ordinal);
        Assert.Contains(plan, first["created"].GetRawText(), StringComparison.Ordinal);
        Assert.Equal(0, second["created"].GetArrayLength());
        Assert.Equal(0, second["changed"].GetArrayLength());
        Assert.Contains(feature, second["unchanged"].GetRawText(), StringComparison.Ordinal);
        Assert.Contains(plan, second["unchanged"].GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plan_that_differs_from_its_latest_version_makes_a_new_version()
    {
        var (document, feature, plan) = Document(100);
        await Meter.Put("/api/v1/catalog", document).Is(200);

        var changed = await Meter.Put("/api/v1/catalog", Document(200, feature, plan).Document).Is(200);

        var change = changed.List("changed").Single(item => item.GetRawText().Contains(plan, StringComparison.Ordinal));
        Assert.Contains("2", change.GetRawText().Replace(plan, "", StringComparison.Ordinal), StringComparison.Ordinal);
        await Meter.Get($"/api/v1/plans/{plan}").Is(200).Has("version", 2).Has("includes.0.limit", 200);
        var versions = (await Meter.Get($"/api/v1/plans/{plan}/versions").Is(200)).Items;
        Assert.Equal([1, 2], versions.Select(version => version.GetProperty("version").GetInt32()).Order());
    }

    [Fact]
    public async Task A_license_stays_on_its_version_until_it_is_migrated()
    {
        var (document, feature, plan) = Document(100);
        await Meter.Put("/api/v1/catalog", document).Is(200);
        var old = await Meter.LicenseOn(plan, feature);

        await Meter.Put("/api/v1/catalog", Document(200, feature, plan).Document).Is(200);
        var young = await Meter.LicenseOn(plan, feature);

        await old.Check().Has("limit", 100);
        await young.Check().Has("limit", 200);
    }

    [Fact]
    public async Task A_dry_run_says_what_would_change_and_changes_nothing()
    {
        var (document, feature, plan) = Document(100);

        var reply = await Meter.Put("/api/v1/catalog?dry_run=true", document).Is(200);

        Assert.Contains(plan, reply["created"].GetRawText(), StringComparison.Ordinal);
        await Meter.Get($"/api/v1/plans/{plan}").RefusesSomehow().Is(404);
        await Meter.Get($"/api/v1/features/{feature}").RefusesSomehow().Is(404);
    }

    [Fact]
    public async Task The_catalog_that_is_read_can_be_put_back_and_changes_nothing()
    {
        var (document, feature, plan) = Document(100);
        await Meter.Put("/api/v1/catalog", document).Is(200);
        var catalog = await Meter.Get("/api/v1/catalog").Is(200);

        // Only this test's own part, so that tests which run at the same time do not meet.
        var features = catalog.List("features").Where(item => item.GetProperty("code").GetString() == feature).ToArray();
        var plans = catalog.List("plans").Where(item => item.GetProperty("id").GetString() == plan).ToArray();
        var reply = await Meter.Put("/api/v1/catalog", new { features, plans }).Is(200);

        Assert.Single(features);
        Assert.Single(plans);
        Assert.Equal(0, reply["created"].GetArrayLength());
        Assert.Equal(0, reply["changed"].GetArrayLength());
    }

    [Fact]
    public async Task Every_term_of_a_plan_comes_back_as_it_was_given()
    {
        var feature = await Meter.Feature();
        var id = Meter.Unique("plan");
        var given = $$"""
            { "features": [], "plans": [ { "id": "{{id}}", "name": "Pro", "group": "g_{{id}}", "price": { "amount": 19.5, "currency": "USD", "interval": "month" },
              "includes": [ { "feature_code": "{{feature}}", "limit": 2000, "reset": { "interval": "month", "anchor": "calendar", "time_zone": "Europe/Berlin" },
                "over_limit": "allow_with_overage", "rollover": { "max": 500 }, "price": { "unit": "USD" },
                "tiers": [ { "from": "80%", "level": "warning", "policy": "notify_only", "unit_price": 0.002, "base_price": 1.5 },
                           { "from": 2000, "level": "critical", "policy": "allow_with_grace", "grace": 50 },
                           { "from": 2100, "level": "over_usage", "policy": "rate_limit", "rate": { "amount": 10, "per": "second", "burst": 20 } } ] } ] } ] }
            """;
        await Meter.Put("/api/v1/catalog", given).Is(200);

        var plan = await Meter.Get($"/api/v1/plans/{id}").Is(200);

        plan.Has("name", "Pro").Has("group", "g_" + id).Has("price.amount", 19.5m).Has("price.currency", "USD")
            .Has("price.interval", "month")
            .Has("includes.0.limit", 2000).Has("includes.0.reset.interval", "month").Has("includes.0.reset.anchor", "calendar")
            .Has("includes.0.reset.time_zone", "Europe/Berlin").Has("includes.0.over_limit", "allow_with_overage")
            .Has("includes.0.rollover.max", 500).Has("includes.0.price.unit", "USD")
            .Has("includes.0.tiers.0.from", "80%").Has("includes.0.tiers.0.level", "warning").Has("includes.0.tiers.0.unit_price", 0.002m)
            .Has("includes.0.tiers.0.base_price", 1.5m).Has("includes.0.tiers.1.from", 2000).Has("includes.0.tiers.1.grace", 50)
            .Has("includes.0.tiers.2.rate.amount", 10).Has("includes.0.tiers.2.rate.per", "second")
                .Has("includes.0.tiers.2.rate.burst", 20);
    }

    [Fact]
    public async Task Features_are_listed_and_found()
    {
        var code = await Meter.Feature("gauge");

        await Meter.Get($"/api/v1/features/{code}").Is(200).Has("code", code).Has("kind", "metered").Has("metric", "gauge");
        await Meter.Get("/api/v1/features/no_such_feature").RefusesSomehow().Is(404);
        Assert.Contains(await All("/api/v1/features"), item => item.GetProperty("code").GetString() == code);
    }

    [Fact]
    public async Task Plans_are_listed_and_found()
    {
        var plan = await Meter.Plan(new { feature_code = await Meter.Feature(), limit = 5 });

        await Meter.Get($"/api/v1/plans/{plan}").Is(200).Has("id", plan).Has("version", 1);
        await Meter.Get("/api/v1/plans/no_such_plan").RefusesSomehow().Is(404);
        await Meter.Get("/api/v1/plans/no_such_plan/versions").RefusesSomehow().Is(404);
        Assert.Contains(await All("/api/v1/plans"), item => item.GetProperty("id").GetString() == plan);
    }

    [Fact]
    public async Task Features_and_plans_are_posted_one_by_one()
    {
        var code = Meter.Unique("calls");
        var id = Meter.Unique("plan");

        await Meter.Post("/api/v1/features", new { code, name = "Calls", kind = "metered", metric = "counter", unit = "call" }).Succeeds()
            .Has("code", code);
        await Meter.Post(
            "/api/v1/plans", new { id, group = Meter.Unique("group"), includes = new[] { new { feature_code = code, limit = 7 } } })
            .Succeeds().Has("id", id).Has("version", 1);

        var license = await Meter.LicenseOn(id, code);
        await license.Check().Has("limit", 7);
    }

    private static (object Document, string Feature, string Plan) Document(int limit, string? feature = null, string? plan = null)
    {
        feature ??= Meter.Unique("messages");
        plan ??= Meter.Unique("plan");
        var document = new
        {
            features = new[] { new { code = feature, name = "Messages", kind = "metered", metric = "counter", unit = "message" } },
            plans = new[]
            {
                new
                {
                    id = plan,
                    name = "Free",
                    group = "g_" + plan,
                    includes = new[] { new { feature_code = feature, limit, reset = "month" } },
                },
            },
        };
        return (document, feature, plan);
    }

    private async Task<List<JsonElement>> All(string path)
    {
        var all = new List<JsonElement>();
        string? cursor = null;
        do
        {
            var page = await Meter.Get(path + (cursor is null ? "?limit=1000" : $"?limit=1000&cursor={Uri.EscapeDataString(cursor)}"))
                .Is(200);
            all.AddRange(page.Items);
            cursor = page["next_cursor"].GetString();
        }
        while (cursor is not null);
        return all;
    }

    [Theory]
    [InlineData("?dry_run=true")]
    [InlineData("")]
    public async Task What_a_new_version_takes_away_or_changes_is_told_before_and_after(string query)
    {
        var (kept, gone, added, plan) = (await Meter.Feature(), await Meter.Feature(), await Meter.Feature(), Meter.Unique("plan"));
        await Meter.Put("/api/v1/catalog", Plan(plan, new { feature_code = kept, limit = 100, reset = "month" }, new { feature_code = gone, limit = 5 }))
            .Is(200);

        var reply = await Meter.Put(
            "/api/v1/catalog" + query, Plan(plan, new { feature_code = kept, limit = 80, reset = "month", over_limit = "allow_with_overage" },
                new { feature_code = added })).Is(200);

        Assert.Equal(
            new[]
            {
                $"{kept} limit 100 80", $"{kept} over_limit  allow_with_overage", $"{gone} feature {{\"limit\":5}} ", $"{added} feature  {{}}",
            }.Order(StringComparer.Ordinal),
            reply.List("differences").Select(one => $"{one.GetProperty("feature_code")} {one.GetProperty("field")} {one.GetProperty("before")} "
                + $"{one.GetProperty("after")}").Order(StringComparer.Ordinal));
        Assert.All(reply.List("differences"), one => Assert.Equal(plan, one.GetProperty("plan_id").GetString()));
    }

    [Fact]
    public async Task A_retired_feature_is_not_offered_any_more_and_counts_on_for_those_who_have_it()
    {
        var (feature, plan) = (await Meter.Feature(), Meter.Unique("plan"));
        await Meter.Put("/api/v1/catalog", Plan(plan, new { feature_code = feature, limit = 100 })).Is(200);
        var license = await Meter.LicenseOn(plan, feature);
        var another = await Meter.License(new { limit = 5 });

        await Meter.Put("/api/v1/catalog", new { features = new[] { new { code = feature, retired_at = "2020-01-01T00:00:00Z" } } }).Is(200);

        await license.Consume(3).Is(200);
        await Meter.Put("/api/v1/catalog", Plan(plan, new { feature_code = feature, limit = 100 })).Is(200)
            .Has("unchanged.0.id", plan);
        await Meter.Put("/api/v1/catalog", Plan(plan, new { feature_code = feature, limit = 200 }))
            .RefusesField("/plans/0/includes/0/feature_code");
        await Meter.Put("/api/v1/catalog", Plan(Meter.Unique("plan"), new { feature_code = feature }))
            .RefusesField("/plans/0/includes/0/feature_code");
        await another.Manage("/features", new { feature_code = feature, limit = 5 }).RefusesField("/feature_code");
        await license.Manage("/features", new { feature_code = feature, limit = 500 }).Is(201);
        await license.Consume(2).Is(200).Has("used", 5);
        await Meter.Get("/api/v1/features/" + feature).Is(200).Has("retired_at", "2020-01-01T00:00:00Z");
    }

    private static object Plan(string id, params object[] includes) => new { plans = new[] { new { id, includes } } };
}
