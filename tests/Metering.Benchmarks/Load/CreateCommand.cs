using System.CommandLine;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Security.Cryptography;

namespace Metering.Benchmarks;

/// <summary>Measures how many licenses the server makes a second, each durable before it is answered.</summary>
internal static class CreateCommand
{
    // Until then the host still compiles: the first 6,000 licenses take twice the time of later ones.
    private const int WarmUp = 30_000;
    private const double WantedPerSecond = 3_000;

    public static System.CommandLine.Command Create()
    {
        var callers = new Option<int[]>("--callers")
        {
            Description = "How many make licenses at the same time; one row for each number.",
            DefaultValueFactory = _ => [1, 16],
        };
        var count = new Option<int>("--licenses") { Description = "How many licenses each row makes.", DefaultValueFactory = _ => 20_000 };
        var work = LoadOptions.Work();
        var command = new System.CommandLine.Command("create", "Licenses made a second, over HTTP.") { callers, count, work };
        command.SetAction(async (parsed, _) =>
        {
            var directory = Directory.CreateDirectory(
                Path.Combine(parsed.GetRequiredValue(work), $"metering-create-{Environment.ProcessId}")).FullName;
            try
            {
                var machine = MachineDescription.Lines(directory).ToList();
                Console.WriteLine(await RunAsync(directory, parsed.GetRequiredValue(callers), parsed.GetValue(count)));
                Console.WriteLine(string.Join('\n', machine.Select(line => $"- {line}")));
            }
            finally
            {
                Directory.Delete(directory, recursive: true);
            }
        });
        return command;
    }

    private static async Task<string> RunAsync(string directory, int[] callers, int count)
    {
        var token = "mt_" + RandomNumberGenerator.GetHexString(40, lowercase: true);
        await using var host = await HostProcess.StartAsync(
            new Dictionary<string, string> { ["METERING_BOOTSTRAP_TOKEN"] = token }, "meter", "--data", Path.Combine(directory, "meter"));
        using var http = new HttpClient { BaseAddress = host.Url };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        await LoadedLicense.MakeAsync(http, WarmUp, callers.Max());
        var table = new Table("callers", "licenses", "a second", "wanted with 16");
        foreach (var number in callers)
        {
            var started = Stopwatch.GetTimestamp();
            await LoadedLicense.MakeAsync(http, count, number);
            var perSecond = count / Stopwatch.GetElapsedTime(started).TotalSeconds;
            table.Add(
                LoadCommand.Number(number), LoadCommand.Number(count), LoadCommand.Number(perSecond), LoadCommand.Number(WantedPerSecond));
        }

        return table.ToString();
    }
}
