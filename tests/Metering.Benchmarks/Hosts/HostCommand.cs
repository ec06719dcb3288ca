using System.CommandLine;
using Metering.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;

namespace Metering.Benchmarks;

/// <summary>Runs what is put under load, as a child process: the bare endpoint or the meter, until standard input ends.</summary>
internal static class HostCommand
{
    /// <summary>Begins the line that says where the host listens.</summary>
    public const string Listening = "Listening: ";

    private const string AnyPort = "http://127.0.0.1:0";

    public static System.CommandLine.Command Create()
    {
        var bare = new System.CommandLine.Command("bare", "The bare endpoint.");
        bare.SetAction((_, stop) => RunAsync(BareHost.Build(AnyPort), stop));

        var data = new Option<string>("--data") { Required = true };
        var meter = new System.CommandLine.Command("meter", "The meter.") { data };
        meter.SetAction((parsed, stop) => RunAsync(
            MeteringServer.Build(["--urls", AnyPort, "--data", parsed.GetRequiredValue(data), "--Logging:LogLevel:Default=Warning"]),
                stop));

        return new System.CommandLine.Command("host", "Runs a host for the other commands.")
        {
            Hidden = true,
            Subcommands = { bare, meter },
        };
    }

    private static async Task RunAsync(WebApplication app, CancellationToken stop)
    {
        await using (app)
        {
            await app.StartAsync(stop);
            Console.WriteLine(Listening + app.Urls.First());
            _ = Task.Run(
                async () =>
                {
                    await Console.In.ReadToEndAsync(stop);
                    app.Lifetime.StopApplication();
                },
                stop);
            await app.WaitForShutdownAsync(stop);
        }
    }
}
