using Metering.Conformance.Client;

namespace Metering.Conformance.Management;

/// <summary>A repeat gets the first answer also when the same request would be refused by now.</summary>
[Rule(8)]
public sealed class RepeatedCreationTests : ContractTest
{
    [Fact]
    public async Task A_license_is_answered_again_when_its_plans_no_longer_go_together()
    {
        var (one, other) = (await PlanIn(Meter.Unique("group")), await PlanIn(Meter.Unique("group")));
        var (key, body) = (Meter.Unique("create"), new { tenant_id = Meter.Unique("tenant"), plans = new[] { one.Id, other.Id } });
        var first = await Meter.Post("/api/v1/licenses", body, key).Is(201);

        await Meter.Post("/api/v1/plans", new { id = other.Id, group = one.Group }).Succeeds();

        await Meter.Post("/api/v1/licenses", body).Refuses(400, "invalid_request");
        var again = await Meter.Post("/api/v1/licenses", body, key).Is(201).HasHeader("Idempotency-Replayed", "true");
        Assert.Equal((first.String("id"), first.Location), (again.String("id"), again.Location));
    }

    [Fact]
    public async Task An_assignment_is_answered_again_when_its_feature_is_no_longer_offered()
    {
        var license = await Meter.License(new { limit = 1 });
        var feature = await Meter.Feature();
        var (key, body) = (Meter.Unique("assign"), new { feature_code = feature, limit = 5 });
        var first = await license.Manage(HttpMethod.Post, "/features", body, key).Is(201);

        await license.Manage(HttpMethod.Delete, "/features/" + feature).Is(204);
        await Meter.Post("/api/v1/features", new { code = feature, unit = "call", retired_at = "2020-01-01T00:00:00Z" }).Succeeds();

        await license.Manage("/features", body).RefusesField("/feature_code");
        var again = await license.Manage(HttpMethod.Post, "/features", body, key).Is(201).HasHeader("Idempotency-Replayed", "true");
        Assert.Equal(first.Text, again.Text);
        await license.Check(feature: feature).Has("reason", "feature_not_assigned");
    }

    private async Task<(string Id, string Group)> PlanIn(string group)
    {
        var id = Meter.Unique("plan");
        await Meter.Post("/api/v1/plans", new { id, group }).Succeeds();
        return (id, group);
    }
}
