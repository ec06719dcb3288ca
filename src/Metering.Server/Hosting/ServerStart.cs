using Metering.Server.Demo;
using Metering.Server.Engine;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Hosting;

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
    IHostApplicationLifetime lifetime) : IHostedService
{
    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var token = await tokens.LoadAsync(cancellationToken);
        if (options.Demo)
        {
            await demo.MakeAsync(cancellationToken);

            // Only then is the address known: with port 0 it is chosen when the server listens.
            lifetime.ApplicationStarted.Register(() =>
                Console.Out.WriteLine(DemoTour.Lines(Url(), token!, clock.UtcNow)));
        }
        else if (token is not null)
        {
            // Printed, not logged: logs are kept, and this is a secret.
            await Console.Out.WriteLineAsync(
                $"Token with all scopes, shown only this once: {token}{Environment.NewLine}Use it as: Authorization: Bearer {token}");
        }
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken) => await engine.DisposeAsync();

    private string Url() => server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() ?? "http://127.0.0.1:8080";
}
