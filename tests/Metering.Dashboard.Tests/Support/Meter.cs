using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Metering.Server;
using Microsoft.AspNetCore.Builder;

namespace Metering.Dashboard.Tests.Support;

/// <summary>The single-process server, in this process.</summary>
public sealed class Meter : IAsyncDisposable
{
    public const string Token = "a-token-of-an-operator";

    private readonly string _data = Directory.CreateTempSubdirectory("metering-dashboard-").FullName;
    private readonly WebApplication _app;

    private Meter(string[] arguments)
    {
        _app = MeteringServer.Build(
        [
            "--urls", "http://127.0.0.1:0", "--data", _data, "--Metering:BootstrapToken=" + Token, "--Logging:LogLevel:Default=Warning",
            .. arguments,
        ]);
    }

    public Uri Address => new(_app.Urls.First());

    public HttpClient Operator { get; private set; } = new();

    public static async Task<Meter> StartAsync(params string[] arguments)
    {
        var meter = new Meter(arguments);
        await meter._app.StartAsync();
        meter.Operator = new HttpClient { BaseAddress = meter.Address };
        meter.Operator.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        return meter;
    }

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Operator.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }

    /// <summary>Asks as an operator, or with a license's key; fails where the server answers otherwise than expected.</summary>
    public async Task<JsonElement> SendAsync(
        HttpMethod method, string path, object? body = null, string? licenseKey = null, bool isRefused = false)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        if (licenseKey is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("License", licenseKey);
            request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        }

        using var answer = await Operator.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode != isRefused, $"{method} {path}: {text}");
        return text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text);
    }

    public Task<JsonElement> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public Task<JsonElement> PostAsync(string path, object body) => SendAsync(HttpMethod.Post, path, body);
}
