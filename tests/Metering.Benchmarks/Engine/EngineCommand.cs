using System.CommandLine;
using System.Globalization;
using Metering.Server.Engine;

namespace Metering.Benchmarks;

/// <summary>Measures the engine without HTTP: durable commands a second, and how they depend on what a license has.</summary>
internal static class EngineCommand
{
    private const int Senders = 2;
    private const int Window = 4_096;
    private const int OneLicenseWindow = 64;
    private const double WantedPerSecond = 150_000;

    public static System.CommandLine.Command Create()
    {
        var seconds = new Option<int>("--seconds")
        {
            Description = "Measured seconds of each row and round.",
            DefaultValueFactory = _ => 15,
        };
        var warmUp = new Option<int>("--warm-up")
        {
            Description = "Seconds of load before each measurement.",

            // Until the code is compiled, and the buffers for what waits for the store have grown.
            DefaultValueFactory = _ => 10,
        };
        var rounds = new Option<int>("--rounds") { Description = "Rounds; the median counts.", DefaultValueFactory = _ => 3 };
        var licenses = LoadOptions.Licenses();
        var work = LoadOptions.Work();
        var kinds = new Option<string>("--rows")
        {
            Description = "Rows to measure, by their numbers.",
            DefaultValueFactory = _ => "123456",
        };
        var output = new Option<string?>("--output") { Description = "The document to write the tables to." };
        var command = new System.CommandLine.Command("engine", "Durable commands a second without HTTP.")
        {
            seconds, warmUp, rounds, licenses, kinds, work, output,
        };
        command.SetAction(async (parsed, _) =>
        {
            var directory = Directory.CreateDirectory(
                Path.Combine(parsed.GetRequiredValue(work), $"metering-engine-{Environment.ProcessId}")).FullName;
            try
            {
                var machine = MachineDescription.Lines(directory).ToList();
                var text = await RunAsync(
                    directory,
                    parsed.GetRequiredValue(kinds),
                    parsed.GetValue(licenses),
                    parsed.GetValue(rounds),
                    TimeSpan.FromSeconds(parsed.GetValue(warmUp)),
                    TimeSpan.FromSeconds(parsed.GetValue(seconds)));
                text += $"\n{string.Join('\n', machine.Select(line => "- " + line))}\n";
                Console.WriteLine(text);
                if (parsed.GetValue(output) is { } file)
                {
                    await ReportFile.ReplaceAsync(file, "engine", text);
                }
            }
            finally
            {
                Directory.Delete(directory, recursive: true);
            }
        });
        return command;
    }

    private static async Task<string> RunAsync(string directory, string rows, int licenses, int rounds, TimeSpan warmUp, TimeSpan time)
    {
        await using var engine = await MeterEngine.OpenAsync(new Metering.Server.ServerOptions { Data = directory }, new SystemClock());
        var load = new EngineLoad(engine);
        (Workload Workload, int Licenses)[] all =
        [
            (new PlainMeter(), licenses), (new FullMeter(), licenses),
            (new MachineMeter(10), 1), (new MachineMeter(1_000), 1), (new HoldMeter(10), 1), (new HoldMeter(1_000), 1),
        ];
        var kinds = all.Where((_, kind) => rows.Contains((char)('1' + kind), StringComparison.Ordinal)).ToArray();
        var ids = new List<string[]>();
        foreach (var (workload, count) in kinds)
        {
            ids.Add(await load.MakeAsync(workload, $"k{ids.Count}", count));
        }

        var measured = kinds.Select(_ => new List<Measurement>()).ToList();
        for (var round = 1; round <= rounds; round++)
        {
            for (var kind = 0; kind < kinds.Length; kind++)
            {
                var (workload, count) = kinds[kind];
                var result = count > 1
                    ? await load.RunAsync(workload, ids[kind], Senders, Window, warmUp, time)
                    : await load.RunAsync(workload, ids[kind], 1, OneLicenseWindow, warmUp, time);
                await engine.FlushAsync();
                measured[kind].Add(result);
                Console.Error.WriteLine(
                    $"round {round} {workload.Name}: {LoadCommand.Number(result.PerSecond)}/s, p50 {result.Latencies.Milliseconds(0.5):F2} ms, {result.HostMicroseconds:F1} µs, {result.AllocatedBytes:F0} bytes; "
                    + $"collections {GC.CollectionCount(0)}/{GC.CollectionCount(1)}/{GC.CollectionCount(2)}, paused {GC.GetTotalPauseDuration().TotalMilliseconds:F0} ms");
            }
        }

        return Report(kinds, [.. measured.Select(Measurement.Median)]);
    }

    private static string Report((Workload Workload, int Licenses)[] kinds, Measurement[] measured)
    {
        var table = new Table("", "licenses", "under way", "durable commands/s", "p50 ms", "p99 ms", "processor µs/command", "bytes/command", "paused");
        for (var kind = 0; kind < kinds.Length; kind++)
        {
            var (workload, licenses) = kinds[kind];
            table.Add(
                workload.Name,
                LoadCommand.Number(licenses),
                LoadCommand.Number(licenses > 1 ? Senders * Window : OneLicenseWindow),
                LoadCommand.Number(measured[kind].PerSecond),
                LoadCommand.Number(measured[kind].Latencies.Milliseconds(0.5), "F2"),
                LoadCommand.Number(measured[kind].Latencies.Milliseconds(0.99), "F2"),
                LoadCommand.Number(measured[kind].HostMicroseconds!.Value, "F1"),
                LoadCommand.Number(measured[kind].AllocatedBytes!.Value),
                measured[kind].Paused!.Value.ToString("P0", CultureInfo.InvariantCulture));
        }

        var byName = kinds.Zip(measured).ToDictionary(pair => pair.First.Workload.Name, pair => pair.Second.PerSecond);
        double? Compare(Workload one, Workload other) =>
            byName.TryGetValue(one.Name, out var first) && byName.TryGetValue(other.Name, out var second) ? first / second : null;
        var ratios = Ratio.Section(
        [
            new(
                $"plain meter / {LoadCommand.Number(WantedPerSecond)} a second",
                byName.TryGetValue(new PlainMeter().Name, out var plain) ? plain / WantedPerSecond : null,
                1),
            new("five tiers, three grants, a balance / plain meter", Compare(new FullMeter(), new PlainMeter()), 0.85),
            new("1,000 machines / 10 machines", Compare(new MachineMeter(1_000), new MachineMeter(10)), 0.8),
            new("1,000 open holds / 10 open holds", Compare(new HoldMeter(1_000), new HoldMeter(10)), 0.8),
        ]);
        return $"{table}\n{ratios}";
    }
}
