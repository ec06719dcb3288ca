using Metering.Api.Tests.Memory;

namespace Metering.Api.Tests;

public class UsageManagementTests
{
    [Fact]
    public async Task Reset_starts_the_period_anew_and_top_up_adds_to_the_allowance()
    {
        var (host, id, key) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        await host.RunAsync("POST", "consume", key, """{"feature_code":"api_calls","amount":10}""");
        var topUp = await host.SendAsync("POST", $"/api/v1/licenses/{id}/usage/reset", """{"top_up":5}""");
        Assert.Equal((200, 10, 15, 5), (topUp.Status, topUp.Number("used"), topUp.Number("allowance"), topUp.Number("remaining")));
        var reset = await host.SendAsync("POST", $"/api/v1/licenses/{id}/usage/reset", """{"feature_code":"api_calls"}""");
        Assert.Equal((200, 0), (reset.Status, reset.Number("used")));
        var all = await host.SendAsync("POST", $"/api/v1/licenses/{id}/usage/reset");
        Assert.Equal((200, 1), (all.Status, all.Json.GetProperty("features").GetArrayLength()));

        await host.SendAsync("POST", $"/api/v1/licenses/{id}/features", """{"feature_code":"jobs"}""");
        Assert.Equal(["/feature_code"], (await host.SendAsync("POST", $"/api/v1/licenses/{id}/usage/reset", """{"top_up":5}""")).Pointers);
        Assert.Equal(["/top_up"], (await host.SendAsync("POST", $"/api/v1/licenses/{id}/usage/reset", """{"top_up":0}""")).Pointers);
        Assert.Equal(["/keep_anchor"], (await host.SendAsync("POST", $"/api/v1/licenses/{id}/usage/reset", """{"keep_anchor":"no"}""")).Pointers);
    }

    [Fact]
    public async Task A_top_up_that_is_repeated_adds_once()
    {
        var (host, id, _) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        await host.SendAsync("POST", $"/api/v1/licenses/{id}/usage/reset", """{"top_up":5}""", headers: ("Idempotency-Key", "t1"));
        var again = await host.SendAsync("POST", $"/api/v1/licenses/{id}/usage/reset", """{"top_up":5}""", headers: ("Idempotency-Key", "t1"));
        Assert.Equal(("true", 15), (again.Header("Idempotency-Replayed"), again.Number("allowance")));
        var other = await host.SendAsync("POST", $"/api/v1/licenses/{id}/usage/reset", """{"top_up":6}""", headers: ("Idempotency-Key", "t1"));
        Assert.Equal(422, other.Status);
    }

    [Fact]
    public async Task A_runtime_key_and_a_management_key_never_meet()
    {
        var (host, id, key) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        await host.RunAsync("POST", "consume", key, """{"feature_code":"api_calls"}""", "same");
        Assert.Equal(201, (await host.SendAsync("POST", $"/api/v1/licenses/{id}/grants", """{"feature_code":"api_calls","amount":1}""", headers: ("Idempotency-Key", "same"))).Status);
        Assert.Equal(200, (await host.SendAsync("POST", $"/api/v1/licenses/{id}/suspend", headers: ("Idempotency-Key", "same"))).Status);
    }

    [Fact]
    public async Task Decrement_takes_away_no_more_than_was_used()
    {
        var (host, id, key) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        await host.RunAsync("POST", "consume", key, """{"feature_code":"api_calls","amount":4}""");
        Assert.Equal(1, (await host.SendAsync("POST", $"/api/v1/licenses/{id}/usage/decrement", """{"feature_code":"api_calls","amount":3}""")).Number("used"));
        Assert.Equal(["/amount"], (await host.SendAsync("POST", $"/api/v1/licenses/{id}/usage/decrement", """{"feature_code":"api_calls","amount":2}""")).Pointers);
        Assert.Equal(["/feature_code", "/amount"], (await host.SendAsync("POST", $"/api/v1/licenses/{id}/usage/decrement", """{}""")).Pointers);
    }

    [Fact]
    public async Task A_grant_is_given_listed_and_voided()
    {
        var (host, id, _) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        var grant = await host.SendAsync("POST", $"/api/v1/licenses/{id}/grants", """
            {"feature_code":"api_calls","amount":100,"priority":2,"expires_at":"2026-12-31T00:00:00Z","rollover_max":10,"recurrence":"month"}
            """);
        Assert.Equal((201, "active", 100, 2), (grant.Status, grant.Text("status"), grant.Number("remaining"), grant.Number("priority")));
        Assert.Equal(
            110,
            (await host.SendAsync("GET", $"/api/v1/licenses/{id}/usage")).Json.GetProperty("features")[0].GetProperty("allowance")
                .GetInt32());
        var path = $"/api/v1/licenses/{id}/grants/{grant.Text("id")}";
        Assert.Equal(204, (await host.SendAsync("DELETE", path)).Status);
        var after = (await host.SendAsync("GET", $"/api/v1/licenses/{id}/grants")).Json.GetProperty("items")[0];
        Assert.Equal("voided", after.GetProperty("status").GetString());
        Assert.Equal(409, (await host.SendAsync("DELETE", path)).Status);
        Assert.Equal(
            (404, RefusalCode.GrantNotFound),
            (await host.SendAsync("DELETE", path + "x")) is var none ? (none.Status, none.Code) : default);
        var bad = await host.SendAsync("POST", $"/api/v1/licenses/{id}/grants", """
            {"amount":-1,"rollover_max":-1,"recurrence":"decade","effective_at":"2026-12-02T00:00:00Z","expires_at":"2026-12-01T00:00:00Z"}
            """);
        Assert.Equal(["/amount", "/expires_at", "/feature_code", "/recurrence", "/rollover_max"], bad.Pointers.Order());
        Assert.Equal(["/priority"], (await host.SendAsync("POST", $"/api/v1/licenses/{id}/grants", """{"feature_code":"api_calls","amount":1,"priority":1.5}""")).Pointers);
    }

    [Fact]
    public async Task No_grant_is_passed_over_when_others_are_forgotten_between_two_parts_of_the_list()
    {
        var (host, id, _) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        var made = new List<string>();
        for (var i = 0; i < MeterLimits.EndedGrants + 4; i++)
        {
            made.Add((await host.SendAsync("POST", $"/api/v1/licenses/{id}/grants", """{"feature_code":"api_calls","amount":1}""")).Text("id"));
        }

        await VoidAsync(made[..MeterLimits.EndedGrants]);
        var first = await host.SendAsync("GET", $"/api/v1/licenses/{id}/grants?limit=2");

        // As many of those that had ended are kept no longer: the two that were listed.
        await VoidAsync(made[MeterLimits.EndedGrants..^2]);
        var rest = await host.SendAsync("GET", $"/api/v1/licenses/{id}/grants?cursor={first.Text("next_cursor")}");

        Assert.Equal(made, new[] { first, rest }.SelectMany(Ids));

        async Task VoidAsync(IEnumerable<string> grants)
        {
            foreach (var grant in grants)
            {
                Assert.Equal(204, (await host.SendAsync("DELETE", $"/api/v1/licenses/{id}/grants/{grant}")).Status);
            }
        }
    }

    [Fact]
    public async Task A_balance_is_opened_filled_emptied_suspended_and_resumed()
    {
        var (host, id, _) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        var root = $"/api/v1/licenses/{id}/balances";
        Assert.Equal((201, 10), (await host.SendAsync("POST", root, """{"unit":"USD","amount":10}""")) is var made ? (made.Status, made.Number("available")) : default);
        Assert.Equal(RefusalCode.BalanceExists, (await host.SendAsync("POST", root, """{"unit":"USD","amount":0}""")).Code);
        Assert.Equal(12.5m, (await host.SendAsync("POST", root + "/USD/top-up", """{"amount":2.5}""")).Number("available"));
        Assert.Equal(12, (await host.SendAsync("POST", root + "/USD/withdraw", """{"amount":0.5}""")).Number("available"));
        Assert.Equal((402, RefusalCode.InsufficientCredits), (await host.SendAsync("POST", root + "/USD/withdraw", """{"amount":100}""")) is var poor ? (poor.Status, poor.Code) : default);
        Assert.True((await host.SendAsync("POST", root + "/USD/suspend")).Json.GetProperty("suspended").GetBoolean());
        Assert.False((await host.SendAsync("POST", root + "/USD/resume")).Json.GetProperty("suspended").GetBoolean());
        Assert.Equal(RefusalCode.BalanceNotFound, (await host.SendAsync("POST", root + "/EUR/top-up", """{"amount":1}""")).Code);
        Assert.Equal(1, (await host.SendAsync("GET", root)).Json.GetProperty("items").GetArrayLength());
        Assert.Equal(["/amount", "/unit"], (await host.SendAsync("POST", root, """{"amount":-1}""")).Pointers.Order());
        Assert.Equal(["/amount"], (await host.SendAsync("POST", root, """{"unit":"EUR"}""")).Pointers);
        Assert.Equal(["/amount"], (await host.SendAsync("POST", root + "/USD/top-up", """{"amount":0}""")).Pointers);
    }

    [Fact]
    public async Task Ledger_and_rollups_agree_with_what_was_counted()
    {
        var (host, id, key) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        await host.RunAsync("POST", "consume", key, """{"feature_code":"api_calls","amount":2,"user_id":"u1","event_id":"e1","metadata":{"a":1.50}}""", "k1");
        await host.RunAsync("POST", "report", key, """{"feature_code":"api_calls","amount":3}""");
        var entries = (
            await host.SendAsync("GET", $"/api/v1/licenses/{id}/ledger?feature_code=api_calls&limit=1000")).Json.GetProperty("items")
                .EnumerateArray()
            .Where(entry => entry.GetProperty("kind").GetString() is "consumed" or "recorded").ToList();
        Assert.Equal([2m, 3m], entries.Select(entry => entry.GetProperty("amount").GetDecimal()));
        Assert.Equal(
            ("e1", "u1", "{\"a\":1.50}"),
            (entries[0].GetProperty("event_id").GetString(), entries[0].GetProperty("user_id").GetString(),
            entries[0].GetProperty("metadata").GetRawText()));
        var day = (
            await host.SendAsync("GET", $"/api/v1/licenses/{id}/rollups?from=2026-11-21&to=2026-11-21")).Json.GetProperty("items")[0];
        Assert.Equal(
            ("2026-11-21", "api_calls", 5, 2),
            (day.GetProperty("day").GetString(), day.GetProperty("feature_code").GetString(), day.GetProperty("sum").GetInt32(),
            day.GetProperty("count").GetInt32()));
        Assert.Equal(2, day.GetProperty("by_user").GetProperty("u1").GetProperty("sum").GetInt32());
        var part = await host.SendAsync("GET", $"/api/v1/licenses/{id}/ledger?limit=1");
        Assert.NotEmpty(part.Text("next_cursor"));
    }

    [Theory]
    [InlineData("ledger?from=yesterday", "/from")]
    [InlineData("ledger?from=2026-11-22T00:00:00Z&to=2026-11-21T00:00:00Z", "/to")]
    [InlineData("ledger?limit=0", "/limit")]
    [InlineData("rollups?from=soon", "/from")]
    [InlineData("rollups?from=2026-11-22&to=2026-11-21", "/to")]
    [InlineData("rollups?from=2020-01-01&to=2026-11-21", "/from")]
    public async Task A_bad_range_is_named(string path, string pointer)
    {
        var (host, id, _) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        Assert.Equal([pointer], (await host.SendAsync("GET", $"/api/v1/licenses/{id}/{path}")).Pointers);
    }

    [Fact]
    public async Task Keygens_forms_count_and_answer_in_json_api()
    {
        var (host, id, key) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        var actions = $"/api/v1/licenses/{id}/actions/";
        var one = await host.SendAsync("POST", actions + "increment-usage");
        Assert.Equal((200, "application/vnd.api+json"), (one.Status, one.MediaType));
        Assert.Equal("""{"data":{"type":"licenses","id":"ID","attributes":{"uses":1,"maxUses":10}}}""".Replace("ID", id, StringComparison.Ordinal), one.Json.GetRawText());
        Assert.Equal(6, Uses(await host.SendAsync("POST", actions + "increment-usage", """{"meta":{"increment":5}}""", "License " + key)));
        Assert.Equal(7, Uses(await host.SendAsync("POST", $"/api/v1/licenses/{key}/actions/increment-usage", null, "License " + key)));
        Assert.Equal(5, Uses(await host.SendAsync("POST", actions + "decrement-usage", """{"meta":{"decrement":2}}""")));

        var full = await host.SendAsync("POST", actions + "increment-usage", """{"meta":{"increment":6}}""");
        Assert.Equal(
            (422, "LICENSE_USAGE_LIMIT_EXCEEDED"), (full.Status, full.Json.GetProperty("errors")[0].GetProperty("code").GetString()));
        Assert.Equal(0, Uses(await host.SendAsync("POST", actions + "reset-usage")));
        foreach (var (meta, pointer) in
            new[] { ("\"increment\":18446744073709551616", "/meta/increment"), ("\"increment\":0", "/meta/increment"),
            ("\"increment\":1.5", "/meta/increment"), ("\"increment\":\"2\"", "/meta/increment"), ("\"increment\":-1", "/meta/increment") })
        {
            var bad = await host.SendAsync("POST", actions + "increment-usage", "{\"meta\":{" + meta + "}}");
            Assert.Equal(
                (400, pointer), (bad.Status, bad.Json.GetProperty("errors")[0].GetProperty("source").GetProperty("pointer").GetString()));
        }

        var (otherId, otherKey) = await host.LicenseAsync(null);
        Assert.Equal(404, (await host.SendAsync("POST", actions + "increment-usage", null, "License " + otherKey)).Status);
        Assert.Equal(400, (await host.SendAsync("POST", $"/api/v1/licenses/{otherId}/actions/increment-usage")).Status);
        Assert.Equal(401, (await host.SendAsync("POST", actions + "increment-usage", null, "License lk_none")).Status);
        Assert.Equal(403, (await host.SendAsync("POST", actions + "increment-usage", null, "Bearer " + MemoryHost.ReaderToken)).Status);
    }

    private static decimal Uses(Reply reply) => reply.Json.GetProperty("data").GetProperty("attributes").GetProperty("uses").GetDecimal();

    private static IEnumerable<string> Ids(Reply list) =>
        list.Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()!);
}
