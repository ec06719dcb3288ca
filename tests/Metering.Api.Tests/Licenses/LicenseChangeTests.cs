using System.Text.Json;
using Metering.Api.Tests.Memory;

namespace Metering.Api.Tests;

/// <summary>Changes of a license, also such as come together.</summary>
public sealed class LicenseChangeTests
{
    [Fact]
    public async Task Changes_that_come_together_take_nothing_back()
    {
        var (host, id, key) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        await host.SendAsync("PUT", "/api/v1/catalog", """{"plans":[{"id":"free"},{"id":"addon","group":"extra"},{"id":"third","group":"third"}]}""");
        for (var round = 0; round < 20; round++)
        {
            await host.SendAsync("PATCH", $"/api/v1/licenses/{id}", """{"plans":[]}""");
            var rotation = Task.Run(() => host.SendAsync("POST", $"/api/v1/licenses/{id}/rotate-key"));
            var patches = new[] { """{"plan_id":"free"}""", """{"plan_id":"addon"}""", """{"plan_id":"third"}""", $$$"""{"metadata":{"round":{{{round}}}}}""" }
                .Select(patch => Task.Run(() => host.SendAsync("PATCH", $"/api/v1/licenses/{id}", patch))).ToList();
            Assert.All(await Task.WhenAll(patches), reply => Assert.Equal(200, reply.Status));
            var rotated = (await rotation).Text("key");

            var license = (await host.SendAsync("GET", $"/api/v1/licenses/{id}")).Json;
            Assert.Equal(
                ["addon", "free", "third"],
                license.GetProperty("plans").EnumerateArray().Select(plan => plan.GetProperty("plan_id").GetString()).Order());
            Assert.Equal(round, license.GetProperty("metadata").GetProperty("round").GetInt32());
            Assert.Equal(401, (await host.SendAsync("GET", "/api/v1/license/usage", null, "License " + key)).Status);
            key = rotated;
            Assert.Equal(200, (await host.SendAsync("GET", "/api/v1/license/usage", null, "License " + key)).Status);
        }
    }

    [Fact]
    public async Task Plans_that_are_changed_all_the_time_are_busy_and_a_changed_one_is_looked_at_again()
    {
        var (host, id, _) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        await host.SendAsync("PUT", "/api/v1/catalog", """{"plans":[{"id":"free"},{"id":"addon","group":"extra"},{"id":"third","group":"third"}]}""");
        host.Meters.BeforeApply = async command =>
        {
            // Between the look at the license's plans and the change of one, another is added.
            if (command is ChangePlan)
            {
                host.Meters.BeforeApply = null;
                Assert.Equal(200, (await host.SendAsync("PATCH", $"/api/v1/licenses/{id}", """{"plan_id":"addon"}""")).Status);
            }
        };
        var changed = await host.SendAsync("PATCH", $"/api/v1/licenses/{id}", """{"plan_id":"free"}""");
        Assert.Equal(
            ["addon", "free"],
            changed.Json.GetProperty("plans").EnumerateArray().Select(plan => plan.GetProperty("plan_id").GetString()).Order());

        host.Meters.Fixed = new ApplyResult(ApplyStatus.Applied, new Refusal { Code = RefusalCode.PlansChanged, Detail = "" });
        Assert.Equal(503, (await host.SendAsync("PATCH", $"/api/v1/licenses/{id}", """{"plan_id":"third"}""")).Status);
    }

    [Fact]
    public async Task A_change_touches_what_it_names_and_nothing_else()
    {
        var (host, id, _) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        await host.SendAsync("PUT", "/api/v1/catalog", """{"plans":[{"id":"free"},{"id":"pro"},{"id":"addon","group":"extra"}]}""");
        Assert.Equal(200, (await host.SendAsync("PATCH", $"/api/v1/licenses/{id}", """{"plans":["free","addon"],"expires_at":"2026-11-22T00:00:00Z","metadata":{"a":1}}""")).Status);
        var pro = await host.SendAsync("PATCH", $"/api/v1/licenses/{id}", """{"plan_id":"pro"}""");
        Assert.Equal(
            ["pro", "addon"], pro.Json.GetProperty("plans").EnumerateArray().Select(plan => plan.GetProperty("plan_id").GetString()));
        Assert.Equal(("2026-11-22T00:00:00Z", 1), (pro.Text("expires_at"), pro.Json.GetProperty("metadata").GetProperty("a").GetInt32()));
        host.Clock.UtcNow = host.Clock.UtcNow.AddDays(2);
        Assert.Equal("expired", (await host.SendAsync("GET", $"/api/v1/licenses/{id}")).Text("status"));

        var cleared = await host.SendAsync("PATCH", $"/api/v1/licenses/{id}", """{"expires_at":null,"metadata":null}""");
        Assert.Equal((JsonValueKind.Null, JsonValueKind.Null, "active"),
            (cleared.Json.GetProperty("expires_at").ValueKind, cleared.Json.GetProperty("metadata").ValueKind, cleared.Text("status")));
        var bad = await host.SendAsync("PATCH", $"/api/v1/licenses/{id}", """{"plan_id":"none","expires_at":5,"metadata":"x"}""");
        Assert.Equal(["/expires_at", "/metadata", "/plan_id"], bad.Pointers.Order());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_change_that_comes_again_takes_nothing_back_and_another_with_its_key_is_refused(bool answerWasLost)
    {
        var (host, id, _) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        await host.SendAsync("PUT", "/api/v1/catalog", """{"plans":[{"id":"free"}]}""");
        var first = await PatchAsync("""{"metadata":{"a":1},"expires_at":"2099-01-01T00:00:00Z"}""", "k1");
        await PatchAsync("""{"metadata":{"a":2}}""", "k2");
        if (answerWasLost)
        {
            host.Directory.ForgetAnswers();
        }

        var again = await PatchAsync("""{"metadata":{"a":1},"expires_at":"2099-01-01T00:00:00Z"}""", "k1");
        var other = await PatchAsync("""{"plan_id":"free"}""", "k1");

        Assert.Equal((200, "true"), (again.Status, again.Header("Idempotency-Replayed")));
        Assert.Equal(answerWasLost ? 2 : 1, again.Json.GetProperty("metadata").GetProperty("a").GetInt32());
        Assert.Equal(first.Text("expires_at"), again.Text("expires_at"));
        Assert.Equal((422, ProblemCode.IdempotencyKeyReused), (other.Status, other.Code));
        var license = (await host.SendAsync("GET", $"/api/v1/licenses/{id}")).Json;
        Assert.Equal(2, license.GetProperty("metadata").GetProperty("a").GetInt32());
        Assert.Empty(license.GetProperty("plans").EnumerateArray());

        Task<Reply> PatchAsync(string patch, string key) =>
            host.SendAsync("PATCH", $"/api/v1/licenses/{id}", patch, headers: ("Idempotency-Key", key));
    }
}
