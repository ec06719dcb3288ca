extern alias server;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using MeteringServer = server::Metering.Server.MeteringServer;

namespace Samples.Tests;

/// <summary>The server with its demo data, as the page of samples starts it.</summary>
public sealed class DemoServer : IAsyncLifetime
{
    public const string Token = "a-token-for-the-samples";

    private readonly string _data = Directory.CreateTempSubdirectory("metering-samples-").FullName;
    private WebApplication? _app;

    public Uri Address => new(_app!.Urls.First());

    public HttpClient Operator { get; private set; } = new();

    public static string Key(string customer) => $"lk_demo_{customer}_".PadRight(44, '0');

    public async Task InitializeAsync()
    {
        _app = MeteringServer.Build(
        [
            "--demo", "--urls", "http://127.0.0.1:0", "--data", _data, "--Metering:BootstrapToken=" + Token,
            "--Logging:LogLevel:Default=Error",
        ]);
        await _app.StartAsync();
        Operator = new HttpClient { BaseAddress = Address };
        Operator.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
    }

    public async Task DisposeAsync()
    {
        Operator.Dispose();
        await _app!.StopAsync();
        await _app.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }

    public async Task<decimal> UsedAsync(string customer, string feature)
    {
        var usage = await Operator.GetFromJsonAsync<JsonElement>($"/api/v1/licenses/lic_demo_{customer}/usage");
        return usage.GetProperty("features").EnumerateArray()
            .Single(one => one.GetProperty("feature_code").GetString() == feature).GetProperty("used").GetDecimal();
    }
}
