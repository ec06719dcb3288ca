using Metering.Server.Engine;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Metering.Server.Hosting;

/// <summary>Runs the server until it is told to stop.</summary>
internal static class OnlineCommand
{
    /// <summary>The exit code of a server that stopped though nobody asked it to, so that whatever watches it starts it again.</summary>
    internal const int StoppedUnasked = 3;

    internal static async Task<int> RunAsync(ServerArguments arguments, CancellationToken cancellationToken)
    {
        await using var app = MeteringServer.Build(arguments);
        return await RunAsync(app, cancellationToken);
    }

    /// <summary>Runs a server that was built.</summary>
    /// <returns>0 when it was told to stop; else <see cref="StoppedUnasked"/>.</returns>
    /// <exception cref="ListeningException">An address is taken, or its certificate can't be used.</exception>
    internal static async Task<int> RunAsync(WebApplication app, CancellationToken cancellationToken)
    {
        // Opened before anything is logged about starting, so that what is wrong with the data is the last line and not a stack trace.
        app.Services.GetRequiredService<MeterEngine>();
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (Exception e)
        {
            // What had started by then must stop before the files are closed.
            await app.StopAsync(CancellationToken.None);
            if (e is OperationCanceledException && cancellationToken.IsCancellationRequested)
            {
                return 0;
            }

            if (FindFailed(app) is { } early)
            {
                return Tell(app, early);
            }

            if (ListeningException.Of(e) is { } told)
            {
                throw told;
            }

            throw;
        }

        await app.WaitForShutdownAsync(cancellationToken);
        return FindFailed(app) is { } failed ? Tell(app, failed) : 0;
    }

    // The host stops when one of its services fails, and would call that a success.
    private static BackgroundService? FindFailed(WebApplication app) => app.Services.GetServices<IHostedService>()
        .OfType<BackgroundService>().FirstOrDefault(service => service.ExecuteTask is { IsFaulted: true });

    private static int Tell(WebApplication app, BackgroundService failed)
    {
        app.Logger.StoppedUnasked(failed.ExecuteTask?.Exception?.InnerException, failed.GetType().Name);
        return StoppedUnasked;
    }
}
