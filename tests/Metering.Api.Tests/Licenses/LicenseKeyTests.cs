using System.Text.Json;
using Metering.Api.Tests.Memory;

namespace Metering.Api.Tests;

/// <summary>A license key is shown once, whatever is repeated, and another takes its place.</summary>
public sealed class LicenseKeyTests
{
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
        first.Clock.UtcNow += MeterRules.Default.IdempotencyMemory;
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
}
