using System.Diagnostics;
using Metering.Api.Tests.Memory;

namespace Metering.Api.Tests;

public class CatalogTests
{
    private const string Document = """
        { "features": [
            { "code": "messages", "name": "Messages", "kind": "metered", "metric": "counter", "unit": "message" },
            { "code": "cpu_cores", "kind": "metered", "metric": "gauge", "unit": "core" },
            { "code": "pro_models", "kind": "boolean" } ],
          "plans": [
            { "id": "free", "name": "Free", "group": "base", "default": true,
              "includes": [ { "feature_code": "messages", "limit": 100, "reset": "month" } ] },
            { "id": "pro", "name": "Pro", "group": "base", "price": { "amount": 19, "currency": "USD", "interval": "month" },
              "includes": [
                { "feature_code": "pro_models" },
                { "feature_code": "cpu_cores", "limit": 8, "reset": { "interval": "day", "anchor": "2026-01-31T00:00:00Z" },
                  "tiers": [
                    { "from": "80%", "level": "warning", "policy": "notify_only", "unit_price": 0.002, "base_price": 1.0 },
                    { "from": 8, "level": "critical", "policy": "allow_with_grace", "grace": 2 },
                    { "from": 10, "level": "over_usage", "policy": "rate_limit", "rate": { "amount": 10, "per": "second", "burst": 20 } },
                    { "from": 12, "level": "over_usage", "policy": "suspend_usage", "resumes": "next_period" } ],
                  "price": { "unit": "USD" } },
                { "feature_code": "messages", "limit": 2000, "reset": { "interval": "month", "anchor": "calendar", "time_zone": "Europe/Berlin" },
                  "over_limit": "allow_with_overage", "rollover": { "max": 500 } } ] } ] }
        """;

    [Fact]
    public async Task A_document_that_is_put_and_got_and_put_again_changes_nothing()
    {
        await using var host = await MemoryHost.StartAsync();
        var first = await host.SendAsync("PUT", "/api/v1/catalog", Document);
        Assert.Equal(200, first.Status);
        Assert.Equal(
            ["feature messages ", "feature cpu_cores ", "feature pro_models ", "plan free 1", "plan pro 1"], Items(first, "created"));

        var got = await host.SendAsync("GET", "/api/v1/catalog");
        var second = await host.SendAsync("PUT", "/api/v1/catalog", got.Json.GetRawText());
        Assert.Empty(Items(second, "created"));
        Assert.Empty(Items(second, "changed"));
        Assert.Equal(5, Items(second, "unchanged").Count);
        Assert.Equal(got.Json.GetRawText(), (await host.SendAsync("GET", "/api/v1/catalog")).Json.GetRawText());
    }

    [Fact]
    public async Task A_plan_that_differs_gets_a_new_version_and_the_old_one_stays()
    {
        await using var host = await MemoryHost.StartAsync();
        await host.SendAsync("PUT", "/api/v1/catalog", Document);
        var changed = await host.SendAsync(
            "PUT", "/api/v1/catalog", Document.Replace("\"limit\": 100", "\"limit\": 150", StringComparison.Ordinal));
        Assert.Equal(["plan free 2"], Items(changed, "changed"));

        var versions = (await host.SendAsync("GET", "/api/v1/plans/free/versions")).Json.GetProperty("items");
        Assert.Equal([100, 150], versions.EnumerateArray().Select(plan => plan.GetProperty("includes")[0].GetProperty("limit").GetInt32()));
        Assert.Equal(2, (await host.SendAsync("GET", "/api/v1/plans/free")).Number("version"));
        Assert.Equal(2, (await host.SendAsync("GET", "/api/v1/plans")).Json.GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task A_dry_run_says_what_would_change_and_changes_nothing()
    {
        await using var host = await MemoryHost.StartAsync();
        var dry = await host.SendAsync("PUT", "/api/v1/catalog?dry_run=true", Document);
        Assert.True(dry.Json.GetProperty("dry_run").GetBoolean());
        Assert.Equal(5, Items(dry, "created").Count);
        Assert.Equal(0, (await host.SendAsync("GET", "/api/v1/features")).Json.GetProperty("items").GetArrayLength());
        Assert.Equal(["/dry_run"], (await host.SendAsync("PUT", "/api/v1/catalog?dry_run=maybe", Document)).Pointers);
    }

    [Fact]
    public async Task A_published_features_meaning_cannot_be_changed_its_name_can()
    {
        await using var host = await MemoryHost.StartAsync();
        await host.SendAsync("PUT", "/api/v1/catalog", Document);
        var other = await host.SendAsync("POST", "/api/v1/features", """{"code":"messages","metric":"gauge"}""");
        Assert.Equal((409, ProblemCode.FeatureInUse), (other.Status, other.Code));
        var renamed = await host.SendAsync("POST", "/api/v1/features", """{"code":"messages","name":"Chat messages","unit":"message"}""");
        Assert.Equal((200, "Chat messages"), (renamed.Status, renamed.Text("name")));
        Assert.Equal(201, (await host.SendAsync("POST", "/api/v1/features", """{"code":"new_one"}""")).Status);
        Assert.Equal("feat_new_one", (await host.SendAsync("GET", "/api/v1/features/feat_new_one")).Text("id"));
        Assert.Equal(ProblemCode.FeatureNotFound, (await host.SendAsync("GET", "/api/v1/features/none")).Code);
        Assert.Equal(ProblemCode.PlanNotFound, (await host.SendAsync("GET", "/api/v1/plans/none")).Code);
    }

    public static TheoryData<string, string> BadDocuments => new()
    {
        { """{"features":[{}]}""", "/features/0/code" },
        { """{"features":[null]}""", "/features/0" },
        { """{"features":{}}""", "/features" },
        { """{"features":[{"code":"a b"}]}""", "/features/0/code" },
        { """{"features":[{"code":"x"},{"code":"x"}]}""", "/features/1/code" },
        { """{"features":[{"code":"x","kind":"odd"}]}""", "/features/0/kind" },
        { """{"features":[{"code":"x","metric":"odd"}]}""", "/features/0/metric" },
        { """{"features":[{"code":"x","kind":"boolean","metric":"gauge"}]}""", "/features/0/metric" },
        { """{"features":[{"code":"x","name":5}]}""", "/features/0/name" },
        { """{"plans":[{"id":"p","includes":[{"feature_code":"none"}]}]}""", "/plans/0/includes/0/feature_code" },
        { """{"plans":[{"id":"p","includes":[{"feature_code":"m"},{"feature_code":"m"}]}]}""", "/plans/0/includes/1/feature_code" },
        { """{"plans":[{"id":""}]}""", "/plans/0/id" },
        { """{"plans":[{"id":"p","group":"a b"}]}""", "/plans/0/group" },
        { """{"plans":[{"id":"p","default":true},{"id":"q","default":true}]}""", "/plans/1/default" },
        { """{"plans":[{"id":"p","price":{}}]}""", "/plans/0/price/amount" },
        { """{"plans":[{"id":"p","price":{"amount":1,"interval":"decade"}}]}""", "/plans/0/price/interval" },
        { Terms("\"limit\":-1"), "/plans/0/includes/0/limit" },
        { Terms("\"limit\":\"10\""), "/plans/0/includes/0/limit" },
        { Terms("\"limit\":0.0000000001"), "/plans/0/includes/0/limit" },
        { Terms("\"reset\":\"decade\""), "/plans/0/includes/0/reset" },
        { Terms("\"reset\":{\"interval\":\"decade\"}"), "/plans/0/includes/0/reset/interval" },
        { Terms("\"reset\":5"), "/plans/0/includes/0/reset" },
        { Terms("\"reset\":{\"interval\":\"month\",\"time_zone\":\"Mars/Base\"}"), "/plans/0/includes/0/reset/time_zone" },
        { Terms("\"reset\":{\"interval\":\"month\",\"anchor\":\"tomorrow\"}"), "/plans/0/includes/0/reset/anchor" },
        { Terms("\"reset\":{\"anchor\":\"calendar\"}"), "/plans/0/includes/0/reset/interval" },
        { Terms("\"over_limit\":\"rate_limit\""), "/plans/0/includes/0/over_limit" },
        { Terms("\"rollover\":{}"), "/plans/0/includes/0/rollover/max" },
        { Terms("\"rollover\":{\"max\":-1}"), "/plans/0/includes/0/rollover/max" },
        { Terms("\"price\":{}"), "/plans/0/includes/0/price/unit" },
        { Terms("\"tiers\":[{}]"), "/plans/0/includes/0/tiers/0/from" },
        { Terms("\"tiers\":[null]"), "/plans/0/includes/0/tiers/0" },
        { Terms("\"tiers\":[{\"from\":-1}]"), "/plans/0/includes/0/tiers/0/from" },
        { Terms("\"tiers\":[{\"from\":\"80\"}]"), "/plans/0/includes/0/tiers/0/from" },
        { Terms("\"tiers\":[{\"from\":\"1001%\"}]"), "/plans/0/includes/0/tiers/0/from" },
        { Terms("\"tiers\":[{\"from\":\"-1%\"}]"), "/plans/0/includes/0/tiers/0/from" },
        { Terms("\"tiers\":[{\"from\":5},{\"from\":5}]"), "/plans/0/includes/0/tiers/1/from" },
        { Terms("\"limit\":100,\"tiers\":[{\"from\":\"80%\"},{\"from\":70}]"), "/plans/0/includes/0/tiers/1/from" },
        { Terms("\"tiers\":[{\"from\":1,\"level\":\"odd\"}]"), "/plans/0/includes/0/tiers/0/level" },
        { Terms("\"tiers\":[{\"from\":1,\"policy\":\"odd\"}]"), "/plans/0/includes/0/tiers/0/policy" },
        { Terms("\"tiers\":[{\"from\":1,\"policy\":\"allow_with_grace\"}]"), "/plans/0/includes/0/tiers/0/grace" },
        { Terms("\"tiers\":[{\"from\":1,\"policy\":\"rate_limit\"}]"), "/plans/0/includes/0/tiers/0/rate" },
        { Terms("\"tiers\":[{\"from\":1,\"policy\":\"rate_limit\",\"rate\":{\"amount\":0,\"per\":\"second\"}}]"),
        "/plans/0/includes/0/tiers/0/rate/amount" },
        { Terms("\"tiers\":[{\"from\":1,\"policy\":\"rate_limit\",\"rate\":{\"amount\":1}}]"), "/plans/0/includes/0/tiers/0/rate/per" },
        { Terms("\"tiers\":[{\"from\":1,\"policy\":\"rate_limit\",\"rate\":{\"amount\":1,\"per\":\"second\",\"burst\":0}}]"),
        "/plans/0/includes/0/tiers/0/rate/burst" },
        { Terms("\"tiers\":[{\"from\":1,\"unit_price\":-1}]"), "/plans/0/includes/0/tiers/0/unit_price" },
        { Terms("\"tiers\":[{\"from\":1,\"unit_price\":1}]"), "/plans/0/includes/0/price" },
        { Terms("\"tiers\":[{\"from\":1,\"policy\":\"suspend_usage\",\"resumes\":\"never\"}]"), "/plans/0/includes/0/tiers/0/resumes" },
        { Terms($"\"tiers\":[{string.Join(',', Enumerable.Range(1, 21).Select(from => $"{{\"from\":{from}}}"))}]"),
        "/plans/0/includes/0/tiers" },
        { """{"plans":[{"id":"p","includes":[{"feature_code":"flag","limit":5}]}]}""", "/plans/0/includes/0/limit" },
    };

    [Theory]
    [MemberData(nameof(BadDocuments))]
    public async Task A_bad_document_names_the_field_and_changes_nothing(string document, string pointer)
    {
        await using var host = await MemoryHost.StartAsync();
        await host.SendAsync("PUT", "/api/v1/catalog", """{"features":[{"code":"m"},{"code":"flag","kind":"boolean"}]}""");
        var reply = await host.SendAsync("PUT", "/api/v1/catalog", document);
        Assert.Equal((400, RefusalCode.InvalidRequest), (reply.Status, reply.Code));
        Assert.Equal([pointer], reply.Pointers);
        Assert.Equal(0, (await host.SendAsync("GET", "/api/v1/plans")).Json.GetProperty("items").GetArrayLength());
        Assert.Equal(2, (await host.SendAsync("GET", "/api/v1/features")).Json.GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Lists_come_in_parts()
    {
        await using var host = await MemoryHost.StartAsync();
        await host.SendAsync("PUT", "/api/v1/catalog", Document);
        var first = await host.SendAsync("GET", "/api/v1/features?limit=2");
        var second = await host.SendAsync("GET", "/api/v1/features?limit=2&cursor=" + first.Text("next_cursor"));
        Assert.Equal(
            ["cpu_cores", "messages", "pro_models"],
            first.Json.GetProperty("items").EnumerateArray().Concat(second.Json.GetProperty("items").EnumerateArray())
                .Select(item => item.GetProperty("code").GetString()));
        Assert.Equal(System.Text.Json.JsonValueKind.Null, second.Json.GetProperty("next_cursor").ValueKind);
        foreach (var cursor in new[] { "nonsense", "!", "YWJj" })
        {
            Assert.Equal(["/cursor"], (await host.SendAsync("GET", "/api/v1/features?cursor=" + cursor)).Pointers);
        }

        foreach (var limit in new[] { "0", "1001", "-1", "x", "1.5" })
        {
            Assert.Equal(["/limit"], (await host.SendAsync("GET", "/api/v1/features?limit=" + limit)).Pointers);
        }
    }

    [Fact]
    public async Task A_migration_moves_the_licenses_of_a_plan_and_no_others()
    {
        await using var host = await MemoryHost.StartAsync();
        await host.SendAsync("PUT", "/api/v1/catalog", Document);
        var ids = new List<string>();
        for (var i = 0; i < 20; i++)
        {
            var plan = i % 2 == 0 ? "free" : "pro";
            ids.Add((await host.SendAsync("POST", "/api/v1/licenses", $$"""{"tenant_id":"t{{i}}","plan_id":"{{plan}}"}""")).Text("id"));
        }

        await host.SendAsync("PUT", "/api/v1/catalog", Document.Replace("\"limit\": 100", "\"limit\": 150", StringComparison.Ordinal));
        Assert.Equal(["/to_version"], (await host.SendAsync("POST", "/api/v1/plans/free/migrate", """{"to_version":3}""")).Pointers);
        var started = await host.SendAsync("POST", "/api/v1/plans/free/migrate", """{"from_version":1,"to_version":2}""");
        Assert.Equal(202, started.Status);

        var progress = await host.SendAsync("GET", started.Header("Location")!);
        var patience = Stopwatch.StartNew();
        while (progress.Text("status") == "running" && patience.Elapsed < TimeSpan.FromMinutes(1))
        {
            progress = await host.SendAsync("GET", started.Header("Location")!);
        }

        Assert.Equal(
            ("completed", 10, 10, 20),
            (progress.Text("status"), progress.Number("migrated"), progress.Number("skipped"), progress.Number("total")));
        var versions = new List<int>();
        foreach (var id in ids)
        {
            versions.Add(
                (await host.SendAsync("GET", "/api/v1/licenses/" + id)).Json.GetProperty("plans")[0].GetProperty("version").GetInt32());
        }

        Assert.Equal(Enumerable.Range(0, 20).Select(i => i % 2 == 0 ? 2 : 1), versions);
        Assert.Equal(
            ProblemCode.MigrationNotFound, (await host.SendAsync("GET", "/api/v1/plans/pro/migrations/" + progress.Text("id"))).Code);
    }

    private static string Terms(string terms) => """{"plans":[{"id":"p","includes":[{"feature_code":"m",""" + terms + "}]}]}";

    private static List<string> Items(Reply reply, string name) => [.. reply.Json.GetProperty(name).EnumerateArray()
        .Select(item => $"{item.GetProperty("type").GetString()} {item.GetProperty("id").GetString()} {item.GetProperty("version")}")];
}
