using System.Net;
using System.Net.Http.Headers;
using Metering.Server.Tests.Support;
using Microsoft.AspNetCore.Builder;

namespace Metering.Server.Tests.Hosting;

/// <summary>Pages of other origins, and proxies: nobody by default, and whom the operator names.</summary>
public sealed class WebPipelineTests
{
    private const string Page = "https://console.example.com";

    [Fact]
    public async Task By_default_no_origin_may_call_and_no_proxy_is_believed()
    {
        using var folder = new DataFolder();
        await using var app = await StartAsync(folder);
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(app.Urls.First()) };

        using var answer = await SendAsync(client, HttpMethod.Get, "/", ("Origin", Page), ("X-Forwarded-Prefix", "/meter"));

        Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
        Assert.Equal("/dashboard", answer.Headers.Location!.ToString());
        await app.StopAsync();
    }

    [Fact]
    public async Task What_the_operator_names_is_allowed()
    {
        using var folder = new DataFolder();
        await using var app = await StartAsync(
            folder, $"--Metering:CorsOrigins={Page}", "--Metering:KnownProxies=10.0.0.7, 127.0.0.0/8", "--Metering:PathBase=/base");
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(app.Urls.First()) };

        using var preflight = await SendAsync(
            client, HttpMethod.Options, "/api/v1/license/consume", ("Origin", Page), ("Access-Control-Request-Method", "POST"),
            ("Access-Control-Request-Headers", "authorization,idempotency-key"));
        Assert.Equal(
            (Page, "authorization,idempotency-key"),
            (Header(preflight.Headers, "Access-Control-Allow-Origin"), Header(preflight.Headers, "Access-Control-Allow-Headers")));
        using var refused = await SendAsync(client, HttpMethod.Get, "/api/v1/plans", ("Origin", Page));
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Contains("RateLimit", Header(refused.Headers, "Access-Control-Expose-Headers"), StringComparison.Ordinal);
        using var stranger = await SendAsync(client, HttpMethod.Get, "/api/v1/plans", ("Origin", "https://elsewhere.example.com"));
        Assert.False(stranger.Headers.Contains("Access-Control-Allow-Origin"));

        using var below = await SendAsync(client, HttpMethod.Get, "/base/");
        Assert.Equal("/base/dashboard", below.Headers.Location!.ToString());
        using var customer = await SendAsync(client, HttpMethod.Get, "/base/usage?token=a.b.c");
        Assert.Equal("/base/usage#token=a.b.c", customer.Headers.Location!.ToString());
        using var proxied = await SendAsync(client, HttpMethod.Get, "/", ("X-Forwarded-Prefix", "/meter"));
        Assert.Equal("/meter/dashboard", proxied.Headers.Location!.ToString());
        await app.StopAsync();
    }

    [Theory]
    [InlineData("--Metering:CorsOrigins=console.example.com", "Metering:CorsOrigins has 'console.example.com'")]
    [InlineData("--Metering:CorsOrigins=https://a.example.com/page", "Metering:CorsOrigins has 'https://a.example.com/page'")]
    [InlineData("--Metering:KnownProxies=proxy", "Metering:KnownProxies has 'proxy'")]
    [InlineData("--Metering:PathBase=meter/", "Metering:PathBase must be a path")]
    public void What_is_none_is_refused(string argument, string told)
    {
        var wrong = Assert.Throws<Microsoft.Extensions.Options.OptionsValidationException>(() => MeteringServer.Build([argument]));

        Assert.StartsWith(told, Assert.Single(wrong.Failures), StringComparison.Ordinal);
    }

    private static async Task<WebApplication> StartAsync(DataFolder folder, params string[] settings)
    {
        var app = MeteringServer.Build(
            ["--urls", "http://127.0.0.1:0", "--data", folder.Path, "--Logging:LogLevel:Default=None", .. settings]);
        await app.StartAsync();
        return app;
    }

    private static async Task<HttpResponseMessage> SendAsync(
        HttpClient client, HttpMethod method, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        return await client.SendAsync(request);
    }

    private static string Header(HttpResponseHeaders headers, string name) => string.Join(',', headers.GetValues(name));
}
