using System.Text.Json;
using Metering.Api.Tests.Memory;

namespace Metering.Api.Tests;

public class UsageReportTests
{
    private const string Usage = "/api/usage/tenant_acme/api_calls";

    [Fact]
    public async Task Usage_is_told_by_day_hour_and_period_and_each_adds_up_to_the_same()
    {
        var (host, _, key) = await MemoryHost.WithLicenseAsync("""{"feature_code":"api_calls","reset":"month"}""");
        await using var running = host;
        await UseAsync(host, key, 3, "user_1");
        host.Clock.UtcNow = host.Clock.UtcNow.AddHours(30);
        await UseAsync(host, key, 4.5m, "user_2");
        await UseAsync(host, key, 1, null);

        foreach (var granularity in new[] { "day", "hour", "period" })
        {
            var usage = await host.SendAsync("GET", $"{Usage}?from=2026-11-21&to=2026-11-23&granularity={granularity}");
            Assert.Equal((200, 8.5m, 3m), (usage.Status, usage.Number("total"), usage.Number("count")));
            Assert.Equal(8.5m, Buckets(usage).Sum(bucket => bucket.GetProperty("total").GetDecimal()));
        }

        var byDay = await host.SendAsync("GET", $"{Usage}?from=2026-11-21T08:00:00Z&to=2026-11-23T00:00:00Z&group_by=user_id");
        Assert.Equal(("2026-11-21T00:00:00Z", "2026-11-23T00:00:00Z"), (byDay.Text("from"), byDay.Text("to")));
        Assert.Equal([3m, 5.5m], Buckets(byDay).Select(bucket => bucket.GetProperty("total").GetDecimal()));
        Assert.Equal(
            """[{"user_id":"user_2","total":4.5,"count":1,"share":0.818181818}]""", Buckets(byDay)[1].GetProperty("users").GetRawText());
        Assert.Equal("""{"users":0,"total":1,"count":1}""", Buckets(byDay)[1].GetProperty("unlisted").GetRawText());
        Assert.Equal(JsonValueKind.Null, byDay.Json.GetProperty("last").ValueKind);
        Assert.Equal(8.5m, byDay.Json.GetProperty("licenses")[0].GetProperty("total").GetDecimal());
    }

    [Fact]
    public async Task Without_a_span_it_is_the_open_period()
    {
        var (host, id, key) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        await UseAsync(host, key, 2, null);
        host.Clock.UtcNow = host.Clock.UtcNow.AddDays(40);
        await UseAsync(host, key, 1, null);

        var usage = await host.SendAsync("GET", "/api/v1/usage/tenant_acme/api_calls?granularity=period");

        Assert.Equal((1m, "2026-12-21T10:00:00Z", "2027-01-21T10:00:00Z"), (usage.Number("total"), usage.Text("from"), usage.Text("to")));
        Assert.Equal(id, usage.Json.GetProperty("licenses")[0].GetProperty("license_id").GetString());
    }

    [Fact]
    public async Task A_standing_level_is_told_by_last_max_and_mean()
    {
        var (host, _, key) = await MemoryHost.WithLicenseAsync("""{"feature_code":"seats"}""");
        await using var running = host;
        host.Clock.UtcNow = new DateTimeOffset(2026, 11, 22, 6, 0, 0, TimeSpan.Zero);
        await host.RunAsync("POST", "consume", key, """{"feature_code":"seats","amount":8}""");
        host.Clock.UtcNow = host.Clock.UtcNow.AddHours(6);
        await host.RunAsync("POST", "consume", key, """{"feature_code":"seats","amount":2}""");
        host.Clock.UtcNow = host.Clock.UtcNow.AddHours(36);

        var usage = await host.SendAsync("GET", "/api/usage/tenant_acme/seats?from=2026-11-22&to=2026-11-24");

        Assert.Equal((2m, 2m, 8m, 2m), (usage.Number("total"), usage.Number("last"), usage.Number("max"), usage.Number("mean") - 0.5m));
        Assert.Equal([3m, 2m], Buckets(usage).Select(bucket => bucket.GetProperty("mean").GetDecimal()));
    }

    [Fact]
    public async Task Top_users_are_a_list_with_shares()
    {
        var (host, _, key) = await MemoryHost.WithLicenseAsync("""{"feature_code":"api_calls"}""");
        await using var running = host;
        foreach (var user in new[] { "user_1", "user_2", "user_2", "user_3" })
        {
            await UseAsync(host, key, 1, user);
        }

        var users = await host.SendAsync("GET", Usage + "/top-users?limit=2");

        Assert.Equal(
            """[{"user_id":"user_2","total":2,"count":2,"share":0.5},{"user_id":"user_1","total":1,"count":1,"share":0.25}]""",
            users.Json.GetRawText());
    }

    [Fact]
    public async Task Licenses_count_together_and_deleted_ones_for_their_past()
    {
        var (host, first, key) = await MemoryHost.WithLicenseAsync("""{"feature_code":"api_calls","reset":"month"}""");
        await using var running = host;
        var (_, second) = await host.LicenseAsync("""{"feature_code":"api_calls","reset":"month"}""");
        await UseAsync(host, key, 3, null);
        await UseAsync(host, second, 4, null);
        Assert.Equal(204, (await host.SendAsync("DELETE", $"/api/v1/licenses/{first}")).Status);

        var usage = await host.SendAsync("GET", Usage + "?from=2026-11-21&to=2026-11-22");

        Assert.Equal((7m, 2), (usage.Number("total"), usage.Json.GetProperty("licenses").GetArrayLength()));
    }

    [Theory]
    [InlineData("?from=2026-11-21&to=2026-11-20", "/to")]
    [InlineData("?from=2025-01-01&to=2026-11-20", "/from")]
    [InlineData("?from=2026-09-01&to=2026-11-20&granularity=hour", "/from")]
    [InlineData("?from=yesterday", "/from")]
    [InlineData("?granularity=week", "/granularity")]
    [InlineData("?group_by=machine", "/group_by")]
    [InlineData("?limit=101", "/limit")]
    [InlineData("?limit=0", "/limit")]
    [InlineData("?form=2026-11-20", "/form")]
    public async Task What_is_not_valid_is_refused_with_its_place(string query, string pointer)
    {
        var (host, _, _) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        var refused = await host.SendAsync("GET", Usage + query);
        Assert.Equal((400, "invalid_request"), (refused.Status, refused.Code));
        Assert.Equal([pointer], refused.Pointers);
    }

    [Fact]
    public async Task What_nobody_has_and_what_is_gone_is_told()
    {
        var (host, _, key) = await MemoryHost.WithLicenseAsync("""{"feature_code":"api_calls"}""");
        await using var running = host;
        await UseAsync(host, key, 1, null);
        host.Clock.UtcNow = host.Clock.UtcNow.AddDays(40);
        Assert.Equal((404, "feature_not_found"), await CodeAsync("/api/usage/tenant_acme/seats"));
        Assert.Equal((404, "feature_not_found"), await CodeAsync("/api/usage/tenant_none/api_calls/top-users"));

        host.Meters.KeptFrom = host.Clock.UtcNow.AddDays(-10);
        Assert.Equal((410, "evidence_removed"), await CodeAsync(Usage + "?from=2026-11-01"));
        Assert.Equal((200, null), await CodeAsync(Usage));
        return;

        async Task<(int, string?)> CodeAsync(string path)
        {
            var reply = await host.SendAsync("GET", path);
            return (reply.Status, reply.Status == 200 ? null : reply.Code);
        }
    }

    private static List<JsonElement> Buckets(Reply usage) => [.. usage.Json.GetProperty("buckets").EnumerateArray()];

    private static async Task UseAsync(MemoryHost host, string key, decimal amount, string? user)
    {
        var body = JsonSerializer.Serialize(new { feature_code = "api_calls", amount, user_id = user });
        Assert.Equal(200, (await host.RunAsync("POST", "consume", key, body)).Status);
    }
}
