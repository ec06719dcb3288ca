using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Metering.Reports;
using Metering.Server.Engine;
using Metering.Server.Exports;
using Metering.Server.Hosting;
using Metering.Server.Storage;
using Metering.Server.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Metering.Server.Tests.Exports;

/// <summary>A whole server whose exports run when a test says so.</summary>
public abstract class ExportServerTest : IAsyncDisposable
{
    protected static readonly string[] Month = ["2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z"];
    private const string Token = "a-token-for-exports";

    private readonly DataFolder _folder = new();
    private WebApplication? _app;
    private HttpClient _http = new();

    protected string Data => _folder.Path;

    protected HttpClient Http => _http;

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    protected WebApplication App => _app!;

    private protected SqliteExports Exports => App.Services.GetRequiredService<SqliteExports>();

    // Without the loop, so that a test says when an export runs.
    protected async Task StartAsync(params string[] settings)
    {
        _app = MeteringServer.Build(
            ServerCommandLine.Parse(
                ["--urls", "http://127.0.0.1:0", "--data", _folder.Path, "--Metering:BootstrapToken=" + Token, .. settings]),
            services => services.Remove(services.Single(one => one.ServiceType == typeof(IHostedService)
                && one.ImplementationFactory?.Method.ReturnType == typeof(ExportLoop))));
        await _app.StartAsync();
        _http = new HttpClient
        {
            BaseAddress = new Uri(_app.Urls.First()),
            DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", Token) },
        };
    }

    protected async Task StopAsync()
    {
        _http.Dispose();
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        _app = null;
    }

    protected async Task RunAsync()
    {
        var loop = App.Services.GetRequiredService<ExportLoop>();
        while (await loop.RunNextAsync(default))
        {
        }
    }

    protected async Task RunSchedulesAsync()
    {
        await App.Services.GetRequiredService<ExportLoop>().RunSchedulesAsync(default);
        while (await App.Services.GetRequiredService<ExportLoop>().RunNextAsync(default))
        {
            await App.Services.GetRequiredService<ExportLoop>().RunSchedulesAsync(default);
        }
    }

    protected async Task UseAsync()
    {
        await _http.PutAsJsonAsync("/api/v1/catalog", new { features = new[] { new { code = "calls" } }, plans = Array.Empty<object>() });
        var license = await (await PostAsync("/api/v1/licenses", new { tenant_id = "acme" })).Content.ReadFromJsonAsync<JsonElement>();
        await PostAsync($"/api/v1/licenses/{license.GetProperty("id").GetString()}/features", new { feature_code = "calls" });
        var events = Enumerable.Range(0, 5).Select(i => new { tenant_id = "acme", metric = "calls", quantity = 1.5m + i, event_id = $"e{i}" });
        Assert.True((await PostAsync("/api/events", events)).IsSuccessStatusCode);
    }

    protected static object Ledger(string format, string compress = "none") => new
    {
        report = "ledger", from = DateTime.UtcNow.Date.AddDays(-20), to = DateTime.UtcNow.Date.AddDays(10), format, compress,
    };

    protected async Task<HttpResponseMessage> PostAsync(string path, object body, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return await _http.SendAsync(request);
    }

    protected Task<JsonElement> GetAsync(string path) => _http.GetFromJsonAsync<JsonElement>(path);

    protected Task FieldAsync(object body, string pointer) => FieldAsync("POST", "/api/v1/exports", body, pointer);

    protected async Task FieldAsync(string method, string path, object body, string pointer)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = JsonContent.Create(body) };
        var problem = await ProblemAsync(await _http.SendAsync(request), 400, "invalid_request");
        Assert.Contains(pointer, problem.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("pointer").GetString()));
    }

    protected static async Task<JsonElement> ProblemAsync(HttpResponseMessage answer, int status, string code)
    {
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal((status, code), ((int)answer.StatusCode, problem.GetProperty("code").GetString()));
        return problem;
    }

    protected async Task<(int Exit, bool Said)> VerifyAsync(string file, string expected)
    {
        await using var output = new StringWriter();
        var exit = await VerifyExportCommand.RunAsync(ServerCommandLine.Parse(["--data", _folder.Path]), file, output, default);
        return (exit, output.ToString().Contains(expected, StringComparison.Ordinal));
    }
}
