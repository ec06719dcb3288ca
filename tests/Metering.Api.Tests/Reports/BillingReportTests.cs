using Metering.Api.Tests.Memory;

namespace Metering.Api.Tests;

public class BillingReportTests
{
    private const string Priced =
        """
        {"feature_code":"api_calls","max_consumptions":10,"reset":"month","price":{"unit":"USD"},
         "tiers":[{"from":0,"base_price":1,"unit_price":0.5},{"from":10,"level":"over_usage","policy":"allow_with_overage","unit_price":2}]}
        """;

    [Fact]
    public async Task A_bill_is_json_or_csv_and_the_same_each_time()
    {
        var (host, id, key) = await MemoryHost.WithLicenseAsync(Priced);
        await using var running = host;
        Assert.Equal(200, (await host.RunAsync("POST", "report", key, """{"feature_code":"api_calls","amount":12}""")).Status);
        host.Clock.UtcNow = host.Clock.UtcNow.AddDays(40);
        const string Span = "\"tenant_id\":\"tenant_acme\",\"from\":\"2026-12-01T00:00:00Z\",\"to\":\"2026-12-22T00:00:00Z\"";

        var bill = await host.SendAsync("POST", "/api/billing-report", $"{{{Span}}}");

        Assert.Equal((200, true), (bill.Status, bill.Json.GetProperty("is_final").GetBoolean()));
        var line = Assert.Single(bill.Json.GetProperty("lines").EnumerateArray());
        Assert.Equal(
            (id, 12m, 2m, 1m, 9m, 10m),
            (line.GetProperty("license_id").GetString(), line.GetProperty("used").GetDecimal(), line.GetProperty("overage").GetDecimal(),
            line.GetProperty("base_cost").GetDecimal(), line.GetProperty("unit_cost").GetDecimal(), line.GetProperty("cost").GetDecimal()));
        Assert.Equal("""[{"unit":"USD","cost":10,"credit_drawn":0,"lines":1}]""", bill.Json.GetProperty("totals").GetRawText());

        host.Clock.UtcNow = host.Clock.UtcNow.AddDays(3);
        Assert.Equal(bill.Json.GetRawText(), (await host.SendAsync("POST", "/api/v1/billing-report", $"{{{Span}}}")).Json.GetRawText());

        var csv = await TextAsync(host, $"{{{Span},\"format\":\"csv\"}}", "application/json");
        Assert.Equal(csv, await TextAsync(host, $"{{{Span}}}", "text/csv"));
        var rows = csv.Split("\r\n").Select(row => row.Split(',')).ToList();
        Assert.Equal(["license_id", id, "", ""], rows.Select(row => row[0]));
        Assert.Equal(["row", "line", "total", ""], rows.Select(row => row[^1]));
    }

    [Fact]
    public async Task What_is_not_valid_is_refused_with_its_place()
    {
        var (host, _, _) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        Assert.Equal(["/tenant_id"], await PointersAsync("{}"));
        Assert.Equal(["/format"], await PointersAsync("""{"tenant_id":"tenant_acme","format":"pdf"}"""));
        Assert.Equal(["/to"], await PointersAsync("""{"tenant_id":"tenant_acme","from":"2026-11-02T00:00:00Z","to":"2026-11-01T00:00:00Z"}"""));
        Assert.Equal(["/from"], await PointersAsync("""{"tenant_id":"tenant_acme","from":"2024-11-02T00:00:00Z","to":"2026-11-01T00:00:00Z"}"""));
        var unknown = await host.SendAsync("POST", "/api/billing-report", """{"tenant_id":"tenant_none"}""");
        Assert.Equal((404, "license_not_found"), (unknown.Status, unknown.Code));
        return;

        async Task<IReadOnlyList<string>> PointersAsync(string body) =>
            (await host.SendAsync("POST", "/api/billing-report", body)).Pointers;
    }

    private static async Task<string> TextAsync(MemoryHost host, string body, string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/billing-report")
        {
            Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json"),
        };
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + MemoryHost.ReaderToken);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        using var response = await host.Client.SendAsync(request);
        Assert.Equal("text/csv", response.Content.Headers.ContentType!.MediaType);
        return await response.Content.ReadAsStringAsync();
    }
}
