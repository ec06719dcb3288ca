using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Metering.Server.Hosting;
using Metering.Server.Tests.Support;

namespace Metering.Server.Tests.Demo;

/// <summary>The quick start of Usage Metering against <c>--demo</c>, unchanged but for the host and the token.</summary>
public sealed class DemoCurlTests
{
    private const string Token = "a-token-for-the-demo";

    [Fact]
    public async Task The_curl_lines_of_the_quick_start_run_as_they_are_written()
    {
        using var folder = new DataFolder();
        await using var app = MeteringServer.Build(
        [
            "--demo", "--urls", "http://127.0.0.1:0", "--data", folder.Path, "--Metering:BootstrapToken=" + Token,
        ]);
        await app.StartAsync();
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        var before = (await GetAsync("/api/quota/tenant_acme/api_calls")).GetProperty("used").GetDecimal();

        var taken = await PostAsync(
            "/api/events", """{"tenant_id": "tenant_acme", "metric": "api_calls", "quantity": 1, "user_id": "user_1"}""", HttpStatusCode.Accepted);
        Assert.Equal(1, taken.GetProperty("accepted").GetInt32());

        var usage = await GetAsync("/api/usage/tenant_acme/api_calls");
        Assert.True(usage.GetProperty("total").GetDecimal() >= 1);

        var quota = await GetAsync("/api/quota/tenant_acme/api_calls");
        Assert.Equal(before + 1, quota.GetProperty("used").GetDecimal());

        var bill = await PostAsync("/api/billing-report", """{"tenant_id": "tenant_acme"}""", HttpStatusCode.OK);
        Assert.Equal("tenant_acme", bill.GetProperty("tenant_id").GetString());
        Assert.Contains(
            bill.GetProperty("lines").EnumerateArray(),
            line => line.GetProperty("feature_code").GetString() == "api_calls" && line.GetProperty("used").GetDecimal() == before + 1);

        async Task<JsonElement> GetAsync(string path)
        {
            using var answer = await http.GetAsync(path);
            return await ReadAsync(answer, HttpStatusCode.OK);
        }

        async Task<JsonElement> PostAsync(string path, string body, HttpStatusCode status)
        {
            using var answer = await http.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"));
            return await ReadAsync(answer, status);
        }
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage answer, HttpStatusCode status)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == status, text);
        return JsonSerializer.Deserialize<JsonElement>(text);
    }
}
