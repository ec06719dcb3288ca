using Metering.Conformance.Client;

namespace Metering.Conformance.Management;

/// <summary>Calls that change the catalog, with a key.</summary>
[Rule(8)]
public sealed class CatalogIdempotencyTests : ContractTest
{
    [Fact]
    public async Task A_feature_with_a_key_is_made_once()
    {
        var (code, key) = (Meter.Unique("feature"), Meter.Unique("key"));

        await Repeats("/api/v1/features", new { code, unit = "call" }, new { code, unit = "byte" }, key, 201);
    }

    [Fact]
    public async Task A_plan_with_a_key_is_made_once()
    {
        var (id, key) = (Meter.Unique("plan"), Meter.Unique("key"));

        await Repeats("/api/v1/plans", new { id }, new { id, group = "other" }, key, 201);
    }

    [Fact]
    public async Task A_migration_with_a_key_is_begun_once()
    {
        var id = Meter.Unique("plan");
        await Meter.Post("/api/v1/plans", new { id }).Succeeds();
        await Meter.Post("/api/v1/plans", new { id, group = "other" }).Succeeds();

        await Repeats($"/api/v1/plans/{id}/migrate", new { to_version = 2 }, new { to_version = 1 }, Meter.Unique("key"), 202);
    }

    private async Task Repeats(string path, object body, object other, string key, int status)
    {
        var first = await Meter.Post(path, body, key).Is(status).HasNoHeader("Idempotency-Replayed");
        var again = await Meter.Post(path, body, key).Is(status).HasHeader("Idempotency-Replayed", "true");

        Assert.Equal(first.Text, again.Text);
        await Meter.Post(path, other, key).Is(422);
    }
}
