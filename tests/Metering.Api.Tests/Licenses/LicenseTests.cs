using System.Text.Json;
using Metering.Api.Tests.Memory;

namespace Metering.Api.Tests;

public class LicenseTests
{
    [Fact]
    public async Task A_new_license_shows_its_key_once_and_has_the_default_plans()
    {
        await using var host = await MemoryHost.StartAsync();
        await host.SendAsync("PUT", "/api/v1/catalog", """
            {"features":[{"code":"m"},{"code":"x"}],"plans":[
              {"id":"free","default":true,"includes":[{"feature_code":"m","limit":5}]},
              {"id":"pro","includes":[{"feature_code":"m","limit":50}]},
              {"id":"addon","group":"extra","default":true,"includes":[{"feature_code":"x"}]}]}
            """);
        var made = await host.SendAsync("POST", "/api/v1/licenses", """
            {"tenant_id":"tenant_acme","expires_at":"2027-01-01T00:00:00+01:00","anchor":"2026-01-31T00:00:00Z","time_zone":"Europe/Berlin",
             "metadata":{"crm":"4711"},"max_cores":16}
            """);
        Assert.Equal(201, made.Status);
        Assert.Matches("^lic_[a-z2-7]{24}$", made.Text("id"));
        Assert.Matches("^lk_[A-Za-z0-9_-]{43}$", made.Text("key"));
        Assert.Equal($"/api/v1/licenses/{made.Text("id")}", made.Header("Location"));
        Assert.Equal(
            ["free", "addon"], made.Json.GetProperty("plans").EnumerateArray().Select(plan => plan.GetProperty("plan_id").GetString()));
        Assert.Equal(("active", "2026-12-31T23:00:00Z", "2026-01-31T00:00:00Z", "Europe/Berlin", 16),
            (made.Text("status"), made.Text("expires_at"), made.Text("anchor"), made.Text("time_zone"), made.Number("max_cores")));

        var got = await host.SendAsync("GET", "/api/v1/licenses/" + made.Text("id"));
        Assert.False(got.Json.TryGetProperty("key", out _));
        Assert.Equal("4711", got.Json.GetProperty("metadata").GetProperty("crm").GetString());
        var pro = await host.SendAsync("POST", "/api/v1/licenses", """{"tenant_id":"t","plan_id":"pro"}""");
        Assert.Equal("pro", pro.Text("plan_id"));
    }

    public static TheoryData<string, string> BadLicenses => new()
    {
        { """{}""", "/tenant_id" },
        { """{"tenant_id":null}""", "/tenant_id" },
        { """{"tenant_id":5}""", "/tenant_id" },
        { """{"tenant_id":""}""", "/tenant_id" },
        { """{"tenant_id":"a\tb"}""", "/tenant_id" },
        { $$"""{"tenant_id":"{{new string('t', 256)}}"}""", "/tenant_id" },
        { """{"tenant_id":"t","plan_id":"none"}""", "/plan_id" },
        { """{"tenant_id":"t","plans":["none"]}""", "/plans/0" },
        { """{"tenant_id":"t","plans":[null]}""", "/plans/0" },
        { """{"tenant_id":"t","expires_at":"tomorrow"}""", "/expires_at" },
        { """{"tenant_id":"t","expires_at":"2026-11-21"}""", "/expires_at" },
        { """{"tenant_id":"t","expires_at":5}""", "/expires_at" },
        { """{"tenant_id":"t","anchor":"2026-11-21T10:00:00"}""", "/anchor" },
        { """{"tenant_id":"t","time_zone":"Mars"}""", "/time_zone" },
        { """{"tenant_id":"t","max_cores":-1}""", "/max_cores" },
        { """{"tenant_id":"t","metadata":"x"}""", "/metadata" },
    };

    [Theory]
    [MemberData(nameof(BadLicenses))]
    public async Task A_bad_field_of_a_license_is_named(string body, string pointer)
    {
        await using var host = await MemoryHost.StartAsync();
        var reply = await host.SendAsync("POST", "/api/v1/licenses", body);
        Assert.Equal(400, reply.Status);
        Assert.Equal([pointer], reply.Pointers);
        Assert.Equal(0, host.Meters.Applied);
    }

    [Fact]
    public async Task A_creation_that_is_repeated_makes_one_license_and_does_not_show_its_key_again()
    {
        await using var host = await MemoryHost.StartAsync();
        const string Body = """{"tenant_id":"t","metadata":{"a":1}}""";
        var first = await host.SendAsync("POST", "/api/v1/licenses", Body, headers: ("Idempotency-Key", "create-1"));
        Assert.Matches("^lk_[A-Za-z0-9_-]{43}$", first.Text("key"));
        Assert.Null(first.Header("Idempotency-Replayed"));
        await host.SendAsync("PATCH", "/api/v1/licenses/" + first.Text("id"), """{"metadata":{"a":2}}""");

        foreach (var token in new[] { MemoryHost.OperatorToken, "mt_operator_2" })
        {
            var again = await host.SendAsync("POST", "/api/v1/licenses", Body, "Bearer " + token, ("Idempotency-Key", "create-1"));
            Assert.Equal(
                (201, "true", first.Header("Location")), (again.Status, again.Header("Idempotency-Replayed"), again.Header("Location")));
            Assert.Equal(
                first.Json.GetRawText().Replace($"\"{first.Text("key")}\"", "null", StringComparison.Ordinal), again.Json.GetRawText());
        }

        Assert.DoesNotContain(host.Directory.Remembered, request => request.Body.Contains("lk_", StringComparison.Ordinal));
        var other = await host.SendAsync("POST", "/api/v1/licenses", """{"tenant_id":"u"}""", headers: ("Idempotency-Key", "create-1"));
        Assert.Equal((422, ProblemCode.IdempotencyKeyReused), (other.Status, other.Code));
    }

    [Fact]
    public async Task Keys_are_random_although_token_id_and_idempotency_key_are_the_same()
    {
        await using var first = await MemoryHost.StartAsync();
        var (id, _) = await first.LicenseAsync(null);
        var keys = new HashSet<string>();
        for (var i = 0; i < 3; i++)
        {
            keys.Add(
                (await first.SendAsync("POST", $"/api/v1/licenses/{id}/rotate-key", headers: ("Idempotency-Key", "r" + i))).Text("key"));
            first.Directory.ForgetRequests();
        }

        // The memory of the request is over, so the same request is a new one.
        keys.Add((await first.SendAsync("POST", $"/api/v1/licenses/{id}/rotate-key", headers: ("Idempotency-Key", "r0"))).Text("key"));
        Assert.Equal(4, keys.Count);
    }

    [Fact]
    public async Task Of_creations_that_come_together_with_one_key_one_shows_a_key_and_that_one_opens()
    {
        await using var host = await MemoryHost.StartAsync();
        const string Body = """{"tenant_id":"t"}""";
        var replies = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ =>
            Task.Run(() => host.SendAsync("POST", "/api/v1/licenses", Body, headers: ("Idempotency-Key", "create-1")))));
        Assert.Single(replies.Select(reply => reply.Text("id")).Distinct());
        var shown = Assert.Single(replies, reply => reply.Json.GetProperty("key").ValueKind == JsonValueKind.String);
        Assert.All(replies.Where(reply => reply != shown), reply => Assert.Equal("true", reply.Header("Idempotency-Replayed")));
        Assert.Equal(200, (await host.SendAsync("GET", "/api/v1/license/usage", null, "License " + shown.Text("key"))).Status);
    }

    [Fact]
    public async Task A_creation_that_failed_halfway_is_finished_by_its_repeat()
    {
        await using var host = await MemoryHost.StartAsync();
        const string Body = """{"tenant_id":"t"}""";
        host.Directory.AddFault = new StoreUnavailableException();
        Assert.Equal(503, (await host.SendAsync("POST", "/api/v1/licenses", Body, headers: ("Idempotency-Key", "create-1"))).Status);
        var again = await host.SendAsync("POST", "/api/v1/licenses", Body, headers: ("Idempotency-Key", "create-1"));
        Assert.Equal(201, again.Status);
        Assert.Equal(1, host.Meters.Applied);
        Assert.Equal(200, (await host.SendAsync("GET", "/api/v1/license/usage", null, "License " + again.Text("key"))).Status);
    }

    [Fact]
    public async Task A_license_whose_key_nobody_saw_gets_another_by_rotation()
    {
        await using var host = await MemoryHost.StartAsync();
        const string Body = """{"tenant_id":"t"}""";

        // The answer is lost: nothing came of it but the license.
        var id = (await host.SendAsync("POST", "/api/v1/licenses", Body, headers: ("Idempotency-Key", "create-1"))).Text("id");
        host.Directory.ForgetAnswers();
        var again = await host.SendAsync("POST", "/api/v1/licenses", Body, headers: ("Idempotency-Key", "create-1"));
        Assert.Equal((201, id, "true", JsonValueKind.Null),
            (again.Status, again.Text("id"), again.Header("Idempotency-Replayed"), again.Json.GetProperty("key").ValueKind));

        var rotated = await host.SendAsync("POST", $"/api/v1/licenses/{id}/rotate-key");
        Assert.Equal(200, (await host.SendAsync("GET", "/api/v1/license/usage", null, "License " + rotated.Text("key"))).Status);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_rotated_key_opens_and_the_old_one_does_not(bool answerWasLost)
    {
        var (host, id, key) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        Assert.Equal(200, (await host.SendAsync("GET", "/api/v1/license/usage", null, "License " + key)).Status);
        var rotated = await host.SendAsync("POST", $"/api/v1/licenses/{id}/rotate-key", headers: ("Idempotency-Key", "r1"));
        if (answerWasLost)
        {
            host.Directory.ForgetAnswers();
        }

        var again = await host.SendAsync("POST", $"/api/v1/licenses/{id}/rotate-key", headers: ("Idempotency-Key", "r1"));
        Assert.Equal(("true", JsonValueKind.Null), (again.Header("Idempotency-Replayed"), again.Json.GetProperty("key").ValueKind));
        Assert.Equal(401, (await host.SendAsync("GET", "/api/v1/license/usage", null, "License " + key)).Status);
        Assert.Equal(200, (await host.SendAsync("GET", "/api/v1/license/usage", null, "License " + rotated.Text("key"))).Status);

        var second = await host.SendAsync("POST", $"/api/v1/licenses/{id}/rotate-key");
        Assert.NotEqual(rotated.Text("key"), second.Text("key"));
        var late = await host.SendAsync("POST", $"/api/v1/licenses/{id}/rotate-key", headers: ("Idempotency-Key", "r1"));
        Assert.Equal(JsonValueKind.Null, late.Json.GetProperty("key").ValueKind);
        Assert.Equal(200, (await host.SendAsync("GET", "/api/v1/license/usage", null, "License " + second.Text("key"))).Status);
    }

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
    public async Task A_suspended_license_is_not_valid_and_may_be_resumed()
    {
        var (host, id, key) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        Assert.Equal("suspended", (await host.SendAsync("POST", $"/api/v1/licenses/{id}/suspend")).Text("status"));
        var validation = await host.SendAsync("POST", "/api/v1/license/validate", null, "License " + key);
        Assert.Equal((200, RefusalCode.LicenseSuspended), (validation.Status, validation.Code));
        Assert.False(validation.Json.GetProperty("valid").GetBoolean());
        Assert.Equal(RefusalCode.LicenseSuspended, (await host.RunAsync("POST", "consume", key, """{"feature_code":"api_calls"}""")).Code);

        Assert.Equal("active", (await host.SendAsync("POST", $"/api/v1/licenses/{id}/resume")).Text("status"));
        validation = await host.SendAsync("POST", "/api/v1/license/validate", null, "License " + key);
        Assert.Equal("valid", validation.Code);
        Assert.Equal(id, validation.Json.GetProperty("license").GetProperty("id").GetString());
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

    [Fact]
    public async Task A_deleted_license_opens_nothing_and_keeps_its_evidence()
    {
        var (host, id, key) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        await host.RunAsync("POST", "consume", key, """{"feature_code":"api_calls"}""");
        Assert.Equal(204, (await host.SendAsync("DELETE", $"/api/v1/licenses/{id}")).Status);
        Assert.Equal(401, (await host.RunAsync("POST", "consume", key, """{"feature_code":"api_calls"}""")).Status);
        Assert.Equal("deleted", (await host.SendAsync("GET", $"/api/v1/licenses/{id}")).Text("status"));
        Assert.NotEqual(0, (await host.SendAsync("GET", $"/api/v1/licenses/{id}/ledger")).Json.GetProperty("items").GetArrayLength());
        Assert.Equal(404, (await host.SendAsync("DELETE", $"/api/v1/licenses/{id}")).Status);
        Assert.Equal(404, (await host.SendAsync("POST", $"/api/v1/licenses/{id}/grants", """{"feature_code":"api_calls","amount":1}""")).Status);
    }

    [Fact]
    public async Task Licenses_are_listed_in_parts_by_tenant()
    {
        await using var host = await MemoryHost.StartAsync();
        for (var i = 0; i < 5; i++)
        {
            await host.SendAsync("POST", "/api/v1/licenses", $$"""{"tenant_id":"{{(i < 3 ? "a" : "b")}}"}""");
        }

        var first = await host.SendAsync("GET", "/api/v1/licenses?tenant_id=a&limit=2");
        var second = await host.SendAsync("GET", "/api/v1/licenses?tenant_id=a&limit=2&cursor=" + first.Text("next_cursor"));
        Assert.Equal((2, 1), (first.Json.GetProperty("items").GetArrayLength(), second.Json.GetProperty("items").GetArrayLength()));
        Assert.Equal(["/cursor"], (await host.SendAsync("GET", "/api/v1/licenses?cursor=nonsense")).Pointers);
    }

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

    [Fact]
    public async Task An_unknown_license_is_404_on_every_route()
    {
        await using var host = await MemoryHost.StartAsync();
        foreach (var route in ApiRoutes.All.Where(route => route.Pattern.StartsWith("api/v1/licenses/{id}", StringComparison.Ordinal)))
        {
            var path = "/"
                + route.Pattern.Replace("{id}", "lic_none", StringComparison.Ordinal).Replace("{", "x", StringComparison.Ordinal)
                    .Replace("}", "", StringComparison.Ordinal);
            var reply = await host.SendAsync(route.Methods[0], path, "{}");
            Assert.Equal(404, reply.Status);
        }
    }
}
