using Metering.Api.Tests.Memory;

namespace Metering.Api.Tests;

/// <summary>Features that a license is given and that are taken away again.</summary>
public sealed class AssignmentTests
{
    [Fact]
    public async Task A_feature_is_assigned_by_code_or_id_listed_and_taken_away()
    {
        var (host, id, _) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        var assigned = await host.SendAsync("POST", $"/api/v1/licenses/{id}/features", """{"feature_id":"feat_storage","max_consumptions":1000}""");
        Assert.Equal((201, "storage", "feat_storage", "assignment", 1000, 1000), (assigned.Status, assigned.Text("feature_code"),
            assigned.Text("feature_id"), assigned.Text("source"), assigned.Number("limit"), assigned.Number("max_consumptions")));
        var items = (await host.SendAsync("GET", $"/api/v1/licenses/{id}/features")).Json.GetProperty("items");
        Assert.Equal(["api_calls", "storage"], items.EnumerateArray().Select(item => item.GetProperty("feature_code").GetString()));
        Assert.Equal(204, (await host.SendAsync("DELETE", $"/api/v1/licenses/{id}/features/storage")).Status);
        Assert.Equal(ProblemCode.FeatureNotFound, (await host.SendAsync("DELETE", $"/api/v1/licenses/{id}/features/storage")).Code);
        foreach (var (body, pointer) in new[]
        {
            ("""{}""", "/feature_code"), ("""{"feature_id":"feat_none"}""", "/feature_id"), ("""{"feature_code":"none"}""", "/feature_code"),
            ("""{"feature_code":"storage","max_consumptions":-1}""", "/max_consumptions"),
            ("""{"feature_code":"storage","max_consumptions":1,"limit":2}""", "/max_consumptions"),
            ("""{"feature_code":"storage","feature_id":"feat_seats"}""", "/feature_id"),
            ("""{"feature_code":"storage","tiers":[{"from":"x"}]}""", "/tiers/0/from"),
        })
        {
            Assert.Equal([pointer], (await host.SendAsync("POST", $"/api/v1/licenses/{id}/features", body)).Pointers);
        }
    }

    [Fact]
    public async Task A_removal_that_was_not_noted_is_noted_when_it_is_repeated()
    {
        await using var host = await MemoryHost.StartAsync();
        await host.SendAsync("PUT", "/api/v1/catalog", """{"features":[{"code":"m"}]}""");
        var ids = new List<string>();
        for (var i = 0; i < 2; i++)
        {
            ids.Add((await host.SendAsync("POST", "/api/v1/licenses", """{"tenant_id":"t"}""")).Text("id"));
            await host.SendAsync("POST", $"/api/v1/licenses/{ids[i]}/features", """{"feature_code":"m","limit":5}""");
            host.Clock.UtcNow += TimeSpan.FromSeconds(1);
        }

        host.Directory.NoteFault = new StoreUnavailableException();
        Assert.Equal(503, (await host.SendAsync("DELETE", $"/api/v1/licenses/{ids[0]}/features/m")).Status);
        Assert.Equal(404, (await host.SendAsync("DELETE", $"/api/v1/licenses/{ids[0]}/features/m")).Status);

        // The tenant's use goes to the other license, which still has the feature.
        Assert.Equal(202, (await host.SendAsync("POST", "/api/events", """{"tenant_id":"t","metric":"m"}""")).Status);
        Assert.Equal(1, (await host.Meters.ReadAsync(ids[1], default))!.FindMeter("m")!.Used);
    }

    [Fact]
    public async Task A_first_machine_that_was_not_noted_is_noted_when_it_is_repeated()
    {
        var (host, id, key) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        host.Directory.NoteFault = new StoreUnavailableException();
        Assert.Equal(503, (await PutAsync()).Status);
        Assert.Equal(200, (await PutAsync()).Status);

        var holder = Assert.Single(await host.Directory.HoldersAsync("tenant_acme", Machines.FeatureCode, false, 10, default));
        Assert.Equal((id, true), (holder.LicenseId, holder.HasNow));

        Task<Reply> PutAsync() => host.SendAsync("PUT", "/api/v1/license/machines/m1", """{"cores":2}""", "License " + key);
    }

    [Fact]
    public async Task A_feature_of_a_plan_cannot_be_taken_away()
    {
        await using var host = await MemoryHost.StartAsync();
        await host.SendAsync("PUT", "/api/v1/catalog", """
            {"features":[{"code":"m"}],"plans":[{"id":"free","default":true,"includes":[{"feature_code":"m","limit":5}]}]}
            """);
        var id = (await host.SendAsync("POST", "/api/v1/licenses", """{"tenant_id":"t"}""")).Text("id");
        Assert.Equal(ProblemCode.FeatureFromPlan, (await host.SendAsync("DELETE", $"/api/v1/licenses/{id}/features/m")).Code);
        await host.SendAsync("POST", $"/api/v1/licenses/{id}/features", """{"feature_code":"m","limit":7}""");
        Assert.Equal(204, (await host.SendAsync("DELETE", $"/api/v1/licenses/{id}/features/m")).Status);
        var feature = (await host.SendAsync("GET", $"/api/v1/licenses/{id}/features")).Json.GetProperty("items")[0];
        Assert.Equal(("plan", 5), (feature.GetProperty("source").GetString(), feature.GetProperty("limit").GetInt32()));
    }
}
