extern alias server;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using MeteringServer = server::Metering.Server.MeteringServer;

namespace Metering.Client.Tests.Support;

/// <summary>The single-process server, in this process, with a catalog; every test has a license of its own.</summary>
public sealed class Meter : IAsyncLifetime
{
    public const string Token = "a-token-for-the-client";

    private readonly string _data = Directory.CreateTempSubdirectory("metering-client-").FullName;
    private WebApplication? _app;

    /// <summary>Whether its clock is one that can be set.</summary>
    public bool HasTestClock { get; init; }

    public Uri Address => new(_app!.Urls.First());

    public HttpClient Operator { get; private set; } = new();

    public async Task InitializeAsync()
    {
        _app = MeteringServer.Build(
            [
                "--urls", "http://127.0.0.1:0", "--data", _data, "--Metering:BootstrapToken=" + Token,
                "--Metering:Webhooks:AllowPrivateAddresses=true", "--Logging:LogLevel:Default=Warning",
                "--Metering:TestClock=" + HasTestClock,
            ]);
        await _app.StartAsync();
        Operator = new HttpClient { BaseAddress = Address };
        Operator.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        await SendAsync(HttpMethod.Put, "/api/v1/catalog", new
        {
            features = new object[] { new { code = "calls", unit = "call" }, new { code = "pro", kind = "boolean" } },
            plans = new[]
            {
                new { id = "small", @default = true, includes = new[] { new { feature_code = "calls", limit = 10, reset = "month" } } },
            },
        });
    }

    public async Task DisposeAsync()
    {
        Operator.Dispose();
        await _app!.StopAsync();
        await _app.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }

    public async Task<TestLicense> LicenseAsync(string? tenant = null)
    {
        var made = await SendAsync(HttpMethod.Post, "/api/v1/licenses", new { tenant_id = tenant ?? "tenant", max_cores = 8 });
        return new TestLicense(made.GetProperty("id").GetString()!, made.GetProperty("key").GetString()!);
    }

    /// <summary>How much of <c>calls</c> a license has used, by what an operator sees.</summary>
    public async Task<decimal> UsedAsync(TestLicense license)
    {
        var usage = await SendAsync(HttpMethod.Get, $"/api/v1/licenses/{license.Id}/usage", body: null);
        return usage.GetProperty("features").EnumerateArray()
            .Single(feature => feature.GetProperty("feature_code").GetString() == "calls").GetProperty("used").GetDecimal();
    }

    /// <summary>The license's ledger entries of counted use, in order.</summary>
    public async Task<IReadOnlyList<JsonElement>> UsesAsync(TestLicense license)
    {
        var ledger = await SendAsync(HttpMethod.Get, $"/api/v1/licenses/{license.Id}/ledger", body: null);
        return [.. ledger.GetProperty("items").EnumerateArray().Where(entry => entry.TryGetProperty("amount", out var amount)
            && amount.ValueKind == JsonValueKind.Number && entry.GetProperty("feature_code").ValueKind == JsonValueKind.String)];
    }

    public async Task<JsonElement> SendAsync(HttpMethod method, string path, object? body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        using var answer = await Operator.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{method} {path}: {text}");
        return text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text);
    }
}
