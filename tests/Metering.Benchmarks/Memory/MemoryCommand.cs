using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;

namespace Metering.Benchmarks;

/// <summary>Measures how long the server takes to start with many licenses on disk, and what memory the active ones take.</summary>
internal static class MemoryCommand
{
    private const int Connections = 64;
    private const double WantedSeconds = 5;
    private const double WantedMegabytes = 500;
    private static readonly TimeSpan Load = TimeSpan.FromSeconds(30);

    public static System.CommandLine.Command Create()
    {
        var licenses = new Option<int>("--licenses") { Description = "Licenses on disk.", DefaultValueFactory = _ => 1_000_000 };
        var active = new Option<int>("--active")
        {
            Description = "Licenses that are used after the start.",
            DefaultValueFactory = _ => 100_000,
        };
        var work = LoadOptions.Work();
        var output = new Option<string?>("--output") { Description = "The document to write the table to." };
        var command = new System.CommandLine.Command(
            "memory", "Start time and memory with many licenses.") { licenses, active, work, output };
        command.SetAction(async (parsed, _) =>
        {
            LoadRun.UseOneThread();
            var directory = Directory.CreateDirectory(
                Path.Combine(parsed.GetRequiredValue(work), $"metering-memory-{Environment.ProcessId}")).FullName;
            try
            {
                var machine = MachineDescription.Lines(directory).ToList();
                var text = await RunAsync(Path.Combine(directory, "data"), parsed.GetValue(licenses), parsed.GetValue(active));
                text += $"\n{string.Join('\n', machine.Select(line => "- " + line))}\n";
                Console.WriteLine(text);
                if (parsed.GetValue(output) is { } file)
                {
                    await ReportFile.ReplaceAsync(file, "memory", text);
                }
            }
            finally
            {
                Directory.Delete(directory, recursive: true);
            }
        });
        return command;
    }

    private static async Task<string> RunAsync(string dataDirectory, int licenses, int active)
    {
        await StoredLicenses.WriteAsync(dataDirectory, licenses);
        Console.Error.WriteLine($"{licenses} licenses are on disk.");
        var size = Directory.EnumerateFiles(dataDirectory).Sum(file => new FileInfo(file).Length);
        await using var host = await HostProcess.StartAsync(new Dictionary<string, string>(), "meter", "--data", dataDirectory);
        using (var http = new HttpClient { BaseAddress = host.Url })
        {
            using var ready = await http.GetAsync(new Uri("/health/ready", UriKind.Relative));
            ready.EnsureSuccessStatusCode();
        }

        var atStart = host.Resident;
        var keys = Enumerable.Range(0, active).Select(number => StoredLicenses.Key(number)).ToArray();
        var plan = new LoadPlan(
            host.Url, Routes.Consume, keys, Connections, TimeSpan.Zero, Load, RandomNumberGenerator.GetHexString(8)) { InTurn = true };
        var measured = await new LoadRun(plan).RunAsync(host.Process);
        if (measured.Answered < active)
        {
            throw new InvalidOperationException($"Only {measured.Answered} of {active} licenses were used.");
        }

        host.Process.Refresh();
        var peak = host.Process.PeakWorkingSet64;
        await host.SettleAsync();
        var table = new Table("", "measured", "wanted", "");
        table.Add("licenses on disk", LoadCommand.Number(licenses), "", "");
        table.Add("size on disk", Megabytes(size), "", "");
        table.Add(
            "start until it listens", Seconds(host.StartTime), "under 5 s", host.StartTime.TotalSeconds < WantedSeconds ? "met" : "missed");
        table.Add("resident after the start", Megabytes(atStart), "", "");
        table.Add("licenses used after the start", LoadCommand.Number(active), "", "");
        table.Add("durable consumes until then", LoadCommand.Number(measured.Answered), "", "");
        table.Add("resident, highest under load", Megabytes(peak), "under 500 MB", Verdict(peak));
        table.Add("resident, idle again", Megabytes(host.Resident), "under 500 MB", Verdict(host.Resident));
        return table.ToString();
    }

    private static string Megabytes(long bytes) => LoadCommand.Number(bytes / 1_000_000.0) + " MB";

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("F2", CultureInfo.InvariantCulture) + " s";

    private static string Verdict(long bytes) => bytes / 1_000_000.0 < WantedMegabytes ? "met" : "missed";
}
