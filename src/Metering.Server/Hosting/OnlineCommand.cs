using Metering.Server.Engine;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Metering.Server.Hosting;

/// <summary>Runs the server until it is told to stop.</summary>
internal static class OnlineCommand
{
    internal static async Task<int> RunAsync(ServerArguments arguments, CancellationToken cancellationToken)
    {
        await using var app = MeteringServer.Build(arguments);

        // Opened before anything is logged about starting, so that what is wrong with the data is the last line and not a stack trace.
        app.Services.GetRequiredService<MeterEngine>();
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch
        {
            // What had started by then must stop before the files are closed.
            await app.StopAsync(CancellationToken.None);
            throw;
        }

        await app.WaitForShutdownAsync(cancellationToken);
        return 0;
    }
}
