using Metering.Conformance.Client;

namespace Metering.Conformance.Management;

public sealed class LicenseTests : ContractTest
{
    [Fact]
    public async Task A_license_is_created_with_a_key_and_found_by_its_id()
    {
        var tenant = Meter.Unique("tenant");

        var created = await Meter.Post("/api/v1/licenses", new { tenant_id = tenant, metadata = new { order = "A-1" } }).Is(201);

        Assert.StartsWith("lic_", created.String("id"), StringComparison.Ordinal);
        Assert.StartsWith("lk_", created.String("key"), StringComparison.Ordinal);
        await Meter.Get($"/api/v1/licenses/{created.String("id")}").Is(200).Has("id", created.String("id")).Has("tenant_id", tenant)
            .Has("metadata.order", "A-1").Has("status", "active");
    }

    [Fact]
    public async Task A_license_without_a_plan_gets_the_default_plan_of_each_group()
    {
        var feature = await Meter.Feature();
        var other = await Meter.Feature();
        var (first, second, third) = (Meter.Unique("plan"), Meter.Unique("plan"), Meter.Unique("plan"));
        object Plan(string id, string group, string code, bool isDefault) =>
            new { id, group, @default = isDefault, includes = new[] { new { feature_code = code, limit = 10 } } };
        object Document(bool isDefault) => new
        {
            plans = new[]
            {
                Plan(first, "g_" + first, feature, isDefault),
                Plan(second, "g_" + second, other, isDefault),
                Plan(third, "g_" + third, feature, false),
            },
        };
        await Meter.Put("/api/v1/catalog", Document(true)).Is(200);

        try
        {
            var license = await Meter.LicenseOn(null, feature);

            await license.Check().Is(200).Has("allowed", true).Has("limit", 10);
            await license.Check(feature: other).Is(200).Has("allowed", true);
        }
        finally
        {
            // A default plan would go to every license that is made later on this host.
            await Meter.Put("/api/v1/catalog", Document(false)).Is(200);
        }

        var later = await Meter.LicenseOn(null, feature);
        await later.Check().Has("allowed", false).Has("reason", "feature_not_assigned");
    }

    [Theory]
    [InlineData("plan_id")]
    [InlineData("plans")]
    public async Task A_change_refuses_null_where_nothing_can_be_taken_away(string field)
    {
        var license = await Meter.License(new { limit = 10 });

        await license.Manage(HttpMethod.Patch, "", $$"""{"{{field}}":null,"expires_at":null}""").RefusesField("/" + field);

        await license.Check().Has("limit", 10);
    }

    [Fact]
    public async Task Licenses_are_listed_by_tenant_page_by_page()
    {
        var tenant = Meter.Unique("tenant");
        var ids = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            ids.Add((await Meter.Post("/api/v1/licenses", new { tenant_id = tenant }).Is(201)).String("id"));
        }

        var seen = new List<string>();
        var cursor = "";
        var pages = 0;
        do
        {
            var page = await Meter.Get($"/api/v1/licenses?tenant_id={tenant}&limit=2{cursor}").Is(200);
            Assert.InRange(page.Items.Count, 0, 2);
            seen.AddRange(page.Items.Select(item => item.GetProperty("id").GetString()!));
            cursor = page["next_cursor"].GetString() is { } next ? "&cursor=" + Uri.EscapeDataString(next) : "";
            Assert.True(++pages < 10, "the pages do not end");
        }
        while (cursor.Length > 0);

        Assert.Equal(ids.Order(StringComparer.Ordinal), seen.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=-1")]
    [InlineData("limit=100000")]
    [InlineData("limit=ten")]
    [InlineData("cursor=nonsense%00")]
    public async Task A_bad_page_is_refused(string query) => await Meter.Get("/api/v1/licenses?" + query).Refuses(400, "invalid_request");

    [Fact]
    public async Task A_tenant_without_licenses_has_an_empty_list()
    {
        var page = await Meter.Get($"/api/v1/licenses?tenant_id={Meter.Unique("tenant")}").Is(200).Has("next_cursor", null);

        Assert.Empty(page.Items);
    }

    [Fact]
    public async Task An_upgrade_in_mid_period_keeps_what_was_used()
    {
        var (license, pro) = await OnFreeWithPro(100, 2000);
        await license.Consume(100).Is(200);
        await license.Consume().Refuses(403, "quota_exceeded");

        await license.Manage(HttpMethod.Patch, "", new { plan_id = pro }).Is(200);

        await license.Check().Has("allowed", true).Has("used", 100).Has("limit", 2000).Has("remaining", 1900);
        await license.Consume(1900).Is(200).Has("used", 2000).Has("overage", 0);
    }

    [Fact]
    public async Task A_downgrade_in_mid_period_leaves_what_was_used_covered_and_nothing_remaining()
    {
        var (license, small) = await OnFreeWithPro(2000, 100);
        await license.Consume(500).Is(200);

        await license.Manage(HttpMethod.Patch, "", new { plan_id = small }).Is(200);

        await license.Check().Has("allowed", false).Has("used", 500).Has("limit", 100).Has("remaining", 0).Has("overage", 0);
        await license.Consume().Refuses(403, "quota_exceeded");
    }

    [Fact]
    public async Task A_plan_of_another_group_leaves_the_plans_of_the_other_groups()
    {
        var license = await Meter.License(new { limit = 10 });
        var extra = await Meter.Feature();
        var addOn = await Meter.Plan(new { feature_code = extra, limit = 7 });

        await license.Manage(HttpMethod.Patch, "", new { plan_id = addOn }).Is(200);

        await license.Check().Has("allowed", true).Has("limit", 10);
        await license.Check(feature: extra).Has("allowed", true).Has("limit", 7);
    }

    [Fact]
    public async Task A_patch_changes_metadata_and_expiry_and_nothing_else()
    {
        var license = await Meter.License(new { limit = 10 });
        var expiry = (await Meter.Now()).AddYears(1000);

        await license.Manage(HttpMethod.Patch, "", new { metadata = new { seat = 7 }, expires_at = Meter.Text(expiry) }).Is(200);

        (await license.Read().Is(200)).Has("metadata.seat", 7).Has("tenant_id", license.Tenant);
        await license.Check().Has("limit", 10);
        await license.Validate().Has("valid", true);
    }

    [Fact]
    public async Task A_rotated_key_opens_the_license_and_the_old_one_no_longer_does()
    {
        var license = await Meter.License(new { limit = 10 });
        await license.Consume(3).Is(200);

        var key = (await license.Manage("/rotate-key").Succeeds()).String("key");

        Assert.NotEqual(license.Key, key);
        await license.Usage().Refuses(401, "unauthenticated");
        await Meter.As("License", key).Get("/api/v1/license/usage").Is(200).Has("features.0.used", 3);
    }

    [Fact]
    public async Task A_deleted_license_is_listed_no_more_and_its_key_opens_nothing()
    {
        var license = await Meter.License(new { limit = 10 });
        await license.Consume(3).Is(200);

        await license.Manage(HttpMethod.Delete, "").Is(204);

        await license.Consume().Refuses(401, "unauthenticated");
        Assert.Empty((await Meter.Get($"/api/v1/licenses?tenant_id={license.Tenant}").Is(200)).Items);
    }

    [Fact]
    public async Task Suspending_twice_is_as_suspending_once()
    {
        var license = await Meter.License(new { limit = 10 });

        await license.Manage("/suspend").Succeeds();
        await license.Manage("/suspend").Succeeds();
        await license.Read().Has("status", "suspended");
        await license.Consume().Refuses(403, "license_suspended").Has("allowed", false).Has("reason", "license_suspended")
            .Has("feature_code", license.Feature).Has("level", "normal");
        await license.Consume(feature: "no_such_feature").Refuses(403, "license_suspended").Has("feature_code", "no_such_feature");
        await license.Manage("/resume").Succeeds();
        await license.Read().Has("status", "active");
    }

    private async Task<(License License, string OtherPlan)> OnFreeWithPro(int limit, int otherLimit)
    {
        var feature = await Meter.Feature();
        var (plan, other, group) = (Meter.Unique("plan"), Meter.Unique("plan"), Meter.Unique("group"));
        await Meter.Put("/api/v1/catalog", new
        {
            plans = new[]
            {
                new { id = plan, group, includes = new[] { new { feature_code = feature, limit } } },
                new { id = other, group, includes = new[] { new { feature_code = feature, limit = otherLimit } } },
            },
        }).Is(200);
        return (await Meter.LicenseOn(plan, feature), other);
    }
}
