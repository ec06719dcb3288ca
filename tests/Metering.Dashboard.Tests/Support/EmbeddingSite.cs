using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Metering.Dashboard.Tests.Support;

/// <summary>A product's own site with the customer's page in a frame. It has two names, which are two origins for a browser.</summary>
internal sealed class EmbeddingSite : IAsyncDisposable
{
    private readonly WebApplication _app;

    private EmbeddingSite(WebApplication app) => _app = app;

    public string Origin => _app.Urls.First();

    public string OtherOrigin => Origin.Replace("127.0.0.1", "localhost", StringComparison.Ordinal);

    /// <summary>What the frame shows.</summary>
    public string Frame { get; set; } = "about:blank";

    public static async Task<EmbeddingSite> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var site = new EmbeddingSite(builder.Build());
        site._app.Urls.Add("http://127.0.0.1:0");
        site._app.MapGet("/", () => Results.Text(
            $"<!DOCTYPE html><title>App</title><iframe title=\"Usage\" width=\"600\" height=\"600\" src=\"{site.Frame}\"></iframe>", "text/html"));
        await site._app.StartAsync();
        return site;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
