using System.Text.Json;
using Metering.Conformance.Client;

namespace Metering.Conformance.Management;

public sealed class GrantTests : ContractTest
{
    [Fact]
    public async Task A_grant_adds_to_the_allowance()
    {
        var license = await Meter.License(new { limit = 10 });

        var grant = await license.Grant(5);

        grant.Has("feature_code", license.Feature).Has("amount", 5).Has("used", 0).Has("remaining", 5).Has("status", "active")
            .Has("expires_at", null);
        Assert.NotEmpty(grant.String("id"));
        await license.Check().Has("limit", 10).Has("allowance", 15).Has("remaining", 15);
        await license.Consume(15).Is(200).Has("remaining", 0).Has("overage", 0);
        await license.Consume().Refuses(403, "quota_exceeded");
    }

    [Fact]
    [Rule(5)]
    public async Task The_plans_own_limit_burns_before_any_grant()
    {
        var license = await Meter.License(new { limit = 10 });
        var grant = (await license.Grant(5, new { priority = -10 })).String("id");

        await license.Consume(10).Is(200);
        Assert.Equal(0, (await Find(license, grant)).GetProperty("used").GetDecimal());
        await license.Consume(2).Is(200);
        Assert.Equal(2, (await Find(license, grant)).GetProperty("used").GetDecimal());
        Assert.Equal(3, (await Find(license, grant)).GetProperty("remaining").GetDecimal());
    }

    [Fact]
    [Rule(5)]
    public async Task Grants_burn_by_priority_then_by_earlier_expiry_then_by_age()
    {
        var license = await Meter.License(new { limit = 0 });
        var now = await Meter.Now();
        var late = (await license.Grant(10, new { priority = 5, expires_at = Meter.Text(now.AddDays(20)) })).String("id");
        var never = (await license.Grant(10, new { priority = 5 })).String("id");
        var soon = (await license.Grant(10, new { priority = 5, expires_at = Meter.Text(now.AddDays(10)) })).String("id");
        var first = (await license.Grant(10, new { priority = 1 })).String("id");
        var younger = (await license.Grant(10, new { priority = 5 })).String("id");

        var order = new[] { first, soon, late, never, younger };
        for (var i = 0; i < order.Length; i++)
        {
            await license.Consume(10).Is(200);
            foreach (var (id, n) in order.Select((id, n) => (id, n)))
            {
                var grant = await Find(license, id);
                Assert.Equal(n <= i ? 10 : 0, grant.GetProperty("used").GetDecimal());
            }
        }

        await license.Consume().Refuses(403, "quota_exceeded");
    }

    [Fact]
    public async Task A_consume_may_span_several_grants()
    {
        var license = await Meter.License(new { limit = 3 });
        var first = (await license.Grant(4)).String("id");
        var second = (await license.Grant(5)).String("id");

        await license.Consume(9).Is(200).Has("remaining", 3);

        Assert.Equal("used_up", (await Find(license, first)).GetProperty("status").GetString());
        Assert.Equal(2, (await Find(license, second)).GetProperty("used").GetDecimal());
    }

    [Fact]
    public async Task A_standing_level_occupies_a_grant_and_gives_it_back()
    {
        var license = await Meter.License(new { limit = 10 }, "gauge");
        await license.Grant(5);

        await license.Consume(15).Is(200).Has("remaining", 0).Has("overage", 0);
        await license.Consume(16).Refuses(403, "quota_exceeded");
        await license.Consume(3).Is(200).Has("used", 3).Has("remaining", 12);
        await license.Consume(15).Is(200);
    }

    [Fact]
    public async Task A_voided_grant_gives_no_more_and_keeps_what_was_used()
    {
        var license = await Meter.License(new { limit = 10 });
        var id = (await license.Grant(5)).String("id");
        await license.Consume(12).Is(200);

        await license.Manage(HttpMethod.Delete, "/grants/" + id).Is(204);

        await license.Check().Has("used", 12).Has("remaining", 0).Has("overage", 0).Has("allowed", false);
        var grant = await Find(license, id);
        Assert.Equal("voided", grant.GetProperty("status").GetString());
        Assert.Equal(2, grant.GetProperty("used").GetDecimal());
        Assert.Equal(0, grant.GetProperty("remaining").GetDecimal());
        await license.Manage(HttpMethod.Delete, "/grants/" + id).RefusesSomehow().Is(404, 409);
    }

    [Fact]
    public async Task An_unknown_grant_is_404()
    {
        var license = await Meter.License(new { limit = 10 });

        await license.Manage(HttpMethod.Delete, "/grants/no-such-grant").Refuses(404, "grant_not_found");
    }

    [Fact]
    public async Task A_grant_of_another_license_cannot_be_voided()
    {
        var license = await Meter.License(new { limit = 10 });
        var other = await Meter.LicenseOn(license.Plan, license.Feature);
        var id = (await license.Grant(5)).String("id");

        await other.Manage(HttpMethod.Delete, "/grants/" + id).Refuses(404, "grant_not_found");

        await license.Check().Has("allowance", 15);
    }

    [Fact]
    public async Task Grants_that_have_ended_are_still_listed_with_why()
    {
        var license = await Meter.License(new { limit = 0 });
        var used = (await license.Grant(5)).String("id");
        await license.Consume(5).Is(200);
        var voided = (await license.Grant(7)).String("id");
        await license.Manage(HttpMethod.Delete, "/grants/" + voided).Is(204);

        Assert.Equal("used_up", (await Find(license, used)).GetProperty("status").GetString());
        Assert.Equal("voided", (await Find(license, voided)).GetProperty("status").GetString());
    }

    internal static async Task<JsonElement> Find(License license, string id) =>
        (await license.Read("/grants").Is(200)).Items.Single(item => item.GetProperty("id").GetString() == id);
}
