using System.CommandLine;
using System.Diagnostics;
using System.Text;
using Metering.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Metering.Benchmarks;

/// <summary>Measures how many units a second a process consumes through <see cref="LeasedMeter"/>, against a server of its own.</summary>
internal static class LeaseCommand
{
    // The clock is asked once for so many consumes, so that it isn't what is measured.
    private const int Step = 1_000;

    public static System.CommandLine.Command Create()
    {
        var seconds = new Option<int>("--seconds") { Description = "How long to consume.", DefaultValueFactory = _ => 10 };
        var threads = new Option<int>("--threads") { Description = "Threads that consume.", DefaultValueFactory = _ => 1 };
        var largest = new Option<long>("--max-amount")
        {
            Description = "Units of the largest lease.", DefaultValueFactory = _ => 100_000_000,
        };
        var command = new System.CommandLine.Command("lease", "Consumes through the client's leased meter.") { seconds, threads, largest };
        command.SetAction((parsed, _) => RunAsync(
            TimeSpan.FromSeconds(parsed.GetValue(seconds)), parsed.GetValue(threads), parsed.GetValue(largest)));
        return command;
    }

    private static async Task RunAsync(TimeSpan time, int threads, long largest)
    {
        var directory = Directory.CreateTempSubdirectory("metering-lease-").FullName;
        try
        {
            var machine = MachineDescription.Lines(directory).ToList();
            await using var meter = await LoadedMeter.StartAsync(Path.Combine(directory, "data"), licenses: 1);
            var requests = new CountedRequests();
            var services = new ServiceCollection();
            var key = Encoding.ASCII.GetString(meter.HotKey);
            services.AddMetering(options => (options.Address, options.LicenseKey) = (meter.Host.Url, key))
                .AddHttpMessageHandler(() => requests);
            await using var provider = services.BuildServiceProvider();
            var client = provider.GetRequiredService<MeteringClient>();
            var consumed = 0L;
            TimeSpan took;
            await using (var calls = await client.LeaseAsync(new LeasedMeterOptions
            {
                FeatureCode = LoadedLicense.Feature, Directory = Path.Combine(directory, "leases"), MaxAmount = largest,
            }))
            {
                var started = Stopwatch.GetTimestamp();
                var counts = await Task.WhenAll(Enumerable.Range(0, threads).Select(_ => Task.Factory.StartNew(
                    () => Consume(calls, started, time), TaskCreationOptions.LongRunning)));
                (consumed, took) = (counts.Sum(), Stopwatch.GetElapsedTime(started));
            }

            await meter.ExpectHotCountAsync(consumed);
            Console.WriteLine(
                $"{consumed / took.TotalSeconds:N0} units/s, one at a time, {threads} threads; all {consumed:N0} were counted.");
            Console.WriteLine($"{requests.Count} requests: one for {consumed / requests.Count:N0} units.");
            machine.ForEach(Console.WriteLine);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static long Consume(LeasedMeter calls, long started, TimeSpan time)
    {
        var count = 0L;
        while (Stopwatch.GetElapsedTime(started) < time)
        {
            for (var i = 0; i < Step; i++)
            {
                if (calls.TryConsume())
                {
                    count++;
                }
            }
        }

        return count;
    }
}
