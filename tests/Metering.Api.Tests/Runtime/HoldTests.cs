using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Metering.Api.Tests.Memory;

namespace Metering.Api.Tests;

public class HoldTests
{
    [Fact]
    public async Task A_reservation_is_made_and_committed_with_the_true_amount()
    {
        var (host, _, key) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        var made = await host.RunAsync("POST", "reservations", key, """{"feature_code":"api_calls","amount":6,"ttl_seconds":60}""", "r1");
        Assert.Equal((201, 6, "2026-11-21T10:01:00Z"), (made.Status, made.Number("amount"), made.Text("expires_at")));
        var again = await host.RunAsync("POST", "reservations", key, """{"feature_code":"api_calls","amount":6,"ttl_seconds":60}""", "r1");
        Assert.Equal((201, "true", made.Text("id")), (again.Status, again.Header("Idempotency-Replayed"), again.Text("id")));
        Assert.Equal(RefusalCode.QuotaExceeded, (await host.RunAsync("POST", "reservations", key, """{"feature_code":"api_calls","amount":5,"ttl_seconds":60}""")).Code);

        var committed = await host.RunAsync("POST", $"reservations/{made.Text("id")}/commit", key, """{"amount":4}""");
        Assert.Equal((200, 4, 0, 6), (committed.Status, committed.Number("used"), committed.Number("held"), committed.Number("remaining")));
        var gone = await host.RunAsync("POST", $"reservations/{made.Text("id")}/commit", key, null);
        Assert.Equal((404, RefusalCode.HoldNotFound), (gone.Status, gone.Code));
    }

    [Fact]
    public async Task A_commit_without_a_body_takes_the_whole_and_a_release_gives_it_back()
    {
        var (host, _, key) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        var first = await host.RunAsync("POST", "reservations", key, """{"feature_code":"api_calls","amount":3,"ttl_seconds":60}""");
        Assert.Equal(3, (await host.RunAsync("POST", $"reservations/{first.Text("id")}/commit", key, null)).Number("used"));
        var second = await host.RunAsync("POST", "reservations", key, """{"feature_code":"api_calls","amount":7,"ttl_seconds":60}""");
        Assert.Equal(204, (await host.RunAsync("DELETE", $"reservations/{second.Text("id")}", key, null)).Status);
        Assert.Equal(7, (await host.RunAsync("GET", "check?feature_code=api_calls", key, null)).Number("remaining"));
        Assert.Equal(404, (await host.RunAsync("DELETE", $"reservations/{second.Text("id")}", key, null)).Status);
    }

    public static TheoryData<string, string, string[]> BadBodies => new()
    {
        { "reservations", """{}""", ["/amount", "/ttl_seconds", "/feature_code"] },
        { "reservations", """{"feature_code":"api_calls","amount":0,"ttl_seconds":60}""", ["/amount"] },
        { "reservations", """{"feature_code":"api_calls","amount":1,"ttl_seconds":0}""", ["/ttl_seconds"] },
        { "reservations", """{"feature_code":"api_calls","amount":1,"ttl_seconds":1.5}""", ["/ttl_seconds"] },
        { "reservations", """{"feature_code":"api_calls","amount":1,"ttl_seconds":3024001}""", ["/ttl_seconds"] },
        { "reservations", """{"feature_code":"api_calls","amount":1,"ttl_seconds":99999999999}""", ["/ttl_seconds"] },
        { "reservations/x/commit", """{"amount":-1}""", ["/amount"] },
        { "leases", """{"feature_code":"api_calls","amount":1,"ttl_seconds":60}""", ["/fingerprint"] },
        { "leases/x/sync", """{"usage":{}}""", ["/usage"] },
        { "leases/x/sync", """{"usage":[null]}""", ["/usage/0"] },
        { "leases/x/sync", """{"usage":[{}]}""", ["/usage/0/event_id", "/usage/0/occurred_at", "/usage/0/amount"] },
        { "leases/x/sync", """{"usage":[{"event_id":"e","amount":0,"occurred_at":"2026-11-21T10:00:00Z"}]}""", ["/usage/0/amount"] },
        { "leases/x/sync", """{"usage":[{"event_id":"e","amount":1,"occurred_at":"now"}]}""", ["/usage/0/occurred_at"] },
        { "leases/x/sync", """{"close":"yes"}""", ["/close"] },
    };

    [Theory]
    [MemberData(nameof(BadBodies))]
    public async Task A_bad_field_is_named(string path, string body, string[] pointers)
    {
        var (host, _, key) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        var reply = await host.RunAsync("POST", path, key, body);
        Assert.Equal((400, RefusalCode.InvalidRequest), (reply.Status, reply.Code));
        Assert.Equal(pointers.Order(), reply.Pointers.Order());
    }

    [Fact]
    public async Task A_leases_token_is_checked_with_the_published_key_alone()
    {
        var (host, id, key) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        var lease = await host.RunAsync("POST", "leases", key, """{"feature_code":"api_calls","amount":2.5,"ttl_seconds":3600,"fingerprint":"pc-\"1\""}""");
        Assert.Equal(201, lease.Status);
        var parts = lease.Text("token").Split('.');
        var jwk = (await host.SendAsync("GET", "/.well-known/jwks.json", null, null)).Json.GetProperty("keys")[0];
        var header = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[0])).RootElement;
        Assert.Equal(
            ("ES256", jwk.GetProperty("kid").GetString()), (header.GetProperty("alg").GetString(), header.GetProperty("kid").GetString()));
        Assert.Equal(
            ("EC", "P-256", "ES256", "sig"),
            (jwk.GetProperty("kty").GetString(), jwk.GetProperty("crv").GetString(), jwk.GetProperty("alg").GetString(),
            jwk.GetProperty("use").GetString()));

        using var verifier = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint
            {
                X = Base64Url.DecodeFromChars(jwk.GetProperty("x").GetString()),
                Y = Base64Url.DecodeFromChars(jwk.GetProperty("y").GetString()),
            },
        });
        Assert.True(
            verifier.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]),
                HashAlgorithmName.SHA256));
        var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[1])).RootElement;
        Assert.Equal(("meterfunctions", id, lease.Text("id"), "api_calls", 2.5m, "pc-\"1\""),
            (claims.GetProperty("iss").GetString(), claims.GetProperty("sub").GetString(),
            claims.GetProperty("jti").GetString(), claims.GetProperty("feature_code").GetString(),
                claims.GetProperty("amount").GetDecimal(), claims.GetProperty("fingerprint").GetString()));
        Assert.Equal(3600, claims.GetProperty("exp").GetInt64() - claims.GetProperty("iat").GetInt64());
    }

    [Fact]
    public async Task A_sync_counts_each_use_once_whatever_key_it_comes_with()
    {
        var (host, _, key) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        var lease = await host.RunAsync("POST", "leases", key, """{"feature_code":"api_calls","amount":5,"ttl_seconds":3600,"fingerprint":"pc"}""");
        var path = $"leases/{lease.Text("id")}/sync";
        const string Uses = """{"usage":[{"event_id":"a","amount":1,"occurred_at":"2026-11-21T10:00:00Z"},{"event_id":"b","amount":2,"occurred_at":"2026-11-21T10:00:00Z"}]}""";
        var first = await host.RunAsync("POST", path, key, Uses, "s1");
        Assert.Equal((200, 3, 2), (first.Status, first.Number("used"), first.Number("held")));
        Assert.Equal(2, Assert.Single(host.Meters.Lists).Commands);
        Assert.Equal("true", (await host.RunAsync("POST", path, key, Uses, "s1")).Header("Idempotency-Replayed"));
        Assert.Equal(3, (await host.RunAsync("POST", path, key, Uses, "s2")).Number("used"));
        var closed = await host.RunAsync("POST", path, key, """{"close":true}""");
        Assert.Equal((3, 0, 7), (closed.Number("used"), closed.Number("held"), closed.Number("remaining")));
        Assert.Equal(404, (await host.RunAsync("POST", "leases/none/sync", key, Uses)).Status);
        Assert.Equal(404, (await host.RunAsync("POST", "leases/none/sync", key, "{}")).Status);
    }

    [Fact]
    [Rule(8)]
    public async Task A_sync_whose_key_was_used_for_another_counts_nothing()
    {
        var (host, _, key) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        var lease = await host.RunAsync("POST", "leases", key, """{"feature_code":"api_calls","amount":5,"ttl_seconds":3600,"fingerprint":"pc"}""");
        var path = $"leases/{lease.Text("id")}/sync";
        const string Use = """{"usage":[{"event_id":"a","amount":1,"occurred_at":"2026-11-21T10:00:00Z"}]}""";
        Assert.Equal(1, (await host.RunAsync("POST", path, key, Use, "s1")).Number("used"));

        var reused = await host.RunAsync("POST", path, key, Use.Replace("\"a\"", "\"b\"", StringComparison.Ordinal), "s1");

        Assert.Equal((422, ProblemCode.IdempotencyKeyReused), (reused.Status, reused.Code));
        Assert.Equal(1, (await host.RunAsync("GET", "check?feature_code=api_calls", key, null)).Number("used"));
    }

    [Fact]
    public async Task A_repeated_sync_is_answered_again_when_its_lease_is_forgotten()
    {
        var (host, id, key) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        var lease = await host.RunAsync("POST", "leases", key, """{"feature_code":"api_calls","amount":5,"ttl_seconds":3600,"fingerprint":"pc"}""");
        var path = $"leases/{lease.Text("id")}/sync";
        const string Close = """{"usage":[{"event_id":"a","amount":1,"occurred_at":"2026-11-21T10:00:00Z"}],"close":true}""";
        var first = await host.RunAsync("POST", path, key, Close, "s1");
        var open = new OpenHold { Kind = HoldKind.Lease, FeatureCode = "api_calls", Amount = 1, TtlSeconds = 7200, Fingerprint = "pc" };
        for (var i = 0; i < MeterRules.Default.MaxOpenHolds; i++)
        {
            var next = (HoldAnswer)(await host.Meters.ApplyAsync(id, open, once: null, default)).Answer!;
            await host.Meters.ApplyAsync(id, new SyncLease { HoldId = next.Id, Close = true }, once: null, default);
        }

        var again = await host.RunAsync("POST", path, key, Close, "s1");
        Assert.Equal((200, "true"), (again.Status, again.Header("Idempotency-Replayed")));
        Assert.Equal(first.Json.GetRawText(), again.Json.GetRawText());
        Assert.Equal(422, (await host.RunAsync("POST", path, key, Close.Replace("true", "false", StringComparison.Ordinal), "s1")).Status);
        var none = await host.RunAsync("POST", path, key, Close, "s2");
        Assert.Equal((404, RefusalCode.HoldNotFound), (none.Status, none.Code));
    }

    [Fact]
    public async Task A_lease_is_synced_with_its_use_and_closed_after_its_feature_was_taken_away()
    {
        var (host, id, key) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        var lease = await host.RunAsync("POST", "leases", key, """{"feature_code":"api_calls","amount":5,"ttl_seconds":3600,"fingerprint":"pc"}""");
        Assert.Equal(204, (await host.SendAsync("DELETE", $"/api/v1/licenses/{id}/features/api_calls")).Status);
        const string Close = """{"usage":[{"event_id":"a","amount":2,"occurred_at":"2026-11-21T10:00:00Z"}],"close":true}""";
        var reply = await host.RunAsync("POST", $"leases/{lease.Text("id")}/sync", key, Close);
        Assert.Equal((200, RefusalCode.FeatureNotAssigned, 2), (reply.Status, reply.Text("reason"), reply.Number("amount")));
        await host.SendAsync("POST", $"/api/v1/licenses/{id}/features", """{"feature_code":"api_calls","limit":10}""");
        var check = await host.RunAsync("GET", "check?feature_code=api_calls", key, null);
        Assert.Equal((2, 0, 8), (check.Number("used"), check.Number("held"), check.Number("remaining")));
    }

    [Fact]
    public async Task A_machine_over_the_limit_is_refused_with_the_figures()
    {
        var (host, _, key) = await MemoryHost.WithLicenseAsync("""{"feature_code":"cpu_cores","limit":16}""");
        await using var running = host;
        var made = await host.RunAsync("PUT", "machines/pc-1", key, """{"cores":8,"name":"Build server"}""");
        Assert.Equal((201, 8, 8, 16), (made.Status, made.Number("cores"), made.Number("total_cores"), made.Number("max_cores")));
        Assert.Equal(200, (await host.RunAsync("PUT", "machines/pc-1", key, """{"cores":10}""")).Status);
        var over = await host.RunAsync("PUT", "machines/pc-2", key, """{"cores":8}""");
        Assert.Equal((403, RefusalCode.QuotaExceeded, 18, 16, 8),
            (over.Status, over.Code, over.Number("total_cores"), over.Number("max_cores"), over.Number("cores")));
        Assert.Equal(204, (await host.RunAsync("DELETE", "machines/pc-1", key, null)).Status);
        Assert.Equal(201, (await host.RunAsync("PUT", "machines/pc-2", key, """{"cores":16}""")).Status);
        Assert.Equal(
            (404, RefusalCode.MachineNotFound),
            (await host.RunAsync("DELETE", "machines/pc-1", key, null)) is var none ? (none.Status, none.Code) : default);
        foreach (var (body, pointer) in new[] { ("{}", "/cores"), ("""{"cores":-1}""", "/cores"), ("""{"cores":"8"}""", "/cores"), ("""{"cores":1,"name":""}""", "/name") })
        {
            Assert.Equal([pointer], (await host.RunAsync("PUT", "machines/pc-3", key, body)).Pointers);
        }

        Assert.Equal(["/fingerprint"], (await host.RunAsync("PUT", "machines/a%07b", key, """{"cores":1}""")).Pointers);
        Assert.Equal(["/fingerprint"], (await host.RunAsync("PUT", "machines/" + new string('f', 256), key, """{"cores":1}""")).Pointers);
    }

    [Fact]
    public async Task Check_counts_nothing_and_is_no_error_for_lack_of_quota()
    {
        var (host, _, key) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        var enough = await host.RunAsync("GET", "check?feature_code=api_calls&amount=10", key, null);
        Assert.True(enough.Json.GetProperty("allowed").GetBoolean());
        Assert.NotNull(enough.Header("RateLimit"));
        var tooMuch = await host.RunAsync("POST", "check", key, """{"feature_code":"api_calls","amount":11}""");
        Assert.Equal(
            (200, false, RefusalCode.QuotaExceeded),
            (tooMuch.Status, tooMuch.Json.GetProperty("allowed").GetBoolean(), tooMuch.Text("reason")));
        var unknown = await host.RunAsync("GET", "check?feature_code=unknown", key, null);
        Assert.Equal((200, RefusalCode.FeatureNotAssigned), (unknown.Status, unknown.Text("reason")));
        Assert.Equal(0, enough.Number("used"));
        foreach (var (query, pointer) in
            new[] { ("", "/feature_code"), ("feature_code=a%20b", "/feature_code"), ("feature_code=api_calls&amount=x", "/amount"),
            ("feature_code=api_calls&amount=", "/amount"),
            ("feature_code=api_calls&amount=-1", "/amount"), ("feature_code=api_calls&amount=NaN", "/amount"),
            ("feature_code=api_calls&amount=" + new string('9', 400), "/amount") })
        {
            Assert.Equal([pointer], (await host.RunAsync("GET", "check?" + query, key, null)).Pointers);
        }
    }

    [Fact]
    public async Task Usage_lists_every_feature_and_balance()
    {
        var (host, id, key) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        await host.SendAsync("POST", $"/api/v1/licenses/{id}/features", """{"feature_code":"pro"}""");
        await host.SendAsync("POST", $"/api/v1/licenses/{id}/balances", """{"unit":"USD","amount":9.98}""");
        var usage = await host.RunAsync("GET", "usage", key, null);
        Assert.Equal(
            ["api_calls", "pro"],
            usage.Json.GetProperty("features").EnumerateArray().Select(feature => feature.GetProperty("feature_code").GetString()));
        Assert.Equal("9.98", usage.Json.GetProperty("balances")[0].GetProperty("available").GetRawText());
    }

    [Theory]
    [InlineData("/api/quota/")]
    [InlineData("/api/v1/quota/")]
    public async Task A_quota_is_the_usage_answer_with_percentage_and_tiers(string root)
    {
        var (host, id, key) = await MemoryHost.WithLicenseAsync("""{"feature_code":"api_calls","limit":30,"tiers":[{"from":"80%","level":"warning"},{"from":30,"level":"over_usage","policy":"deny"}]}""");
        await using var running = host;
        await host.RunAsync("POST", "consume", key, """{"feature_code":"api_calls","amount":10}""");
        var quota = await host.SendAsync("GET", root + "tenant_acme/api_calls");
        Assert.Equal(
            (200, id, 10, "33.33"),
            (quota.Status, quota.Text("license_id"), quota.Number("used"), quota.Json.GetProperty("percent_used").GetRawText()));
        Assert.Equal(
            ["\"80%\"", "30"], quota.Json.GetProperty("tiers").EnumerateArray().Select(tier => tier.GetProperty("from").GetRawText()));
        Assert.Equal(404, (await host.SendAsync("GET", root + "tenant_acme/storage")).Status);
        Assert.Equal(404, (await host.SendAsync("GET", root + "nobody/api_calls")).Status);
    }
}
