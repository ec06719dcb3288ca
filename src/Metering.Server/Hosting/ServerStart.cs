using Metering.Server.Demo;
using Metering.Server.Engine;
using Metering.Server.Storage;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Metering.Server.Hosting;

/// <summary>
/// What happens before the server listens, and after it has stopped listening: tokens and demo data; and at the end, everything is
/// committed and written out.
/// </summary>
internal sealed class ServerStart(
    MeterEngine engine,
    KnownTokens tokens,
    ServerOptions options,
    DemoHistory demo,
    IMeterClock clock,
    IServer server,
    IHostApplicationLifetime lifetime,
    ILogger<ServerStart> logger) : IHostedService
{
    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var token = await tokens.LoadAsync(cancellationToken);
        if (options.Demo)
        {
            await demo.MakeAsync(cancellationToken);

            // Only then is the address known: with port 0 it is chosen when the server listens.
            lifetime.ApplicationStarted.Register(() => Show(DemoTour.Lines(Url(), token!, clock.UtcNow)));
        }
        else if (token is not null)
        {
            Show($"Token with all scopes, shown only this once: {token}{Environment.NewLine}Use it as: Authorization: Bearer {token}");
        }
    }

    // Whoever has logs written as JSON collects and keeps what the process prints, and this has a secret in it. Then it goes to a file that
    // this user alone may read.
    private void Show(string text)
    {
        if (!options.JsonLogs)
        {
            Console.Out.WriteLine(text);
            return;
        }

        var file = Path.Combine(options.Data, PrivateFiles.FirstStart);
        using (var stream = PrivateFiles.Open(file, FileMode.Create, FileShare.None))
        using (var writer = new StreamWriter(stream))
        {
            writer.WriteLine(text);
        }

        logger.FirstStartWritten(file);
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken) => await engine.DisposeAsync();

    private string Url() => server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() ?? "http://127.0.0.1:8080";
}
