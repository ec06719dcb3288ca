using System.CommandLine;
using System.Globalization;

namespace Metering.Benchmarks;

/// <summary>Puts the bare endpoint, the meter and PostgreSQL under the same load, in one run.</summary>
internal static class LoadCommand
{
    public static System.CommandLine.Command Create()
    {
        var seconds = new Option<int>("--seconds")
        {
            Description = "Measured seconds of each row and round.",
            DefaultValueFactory = _ => 10,
        };
        var warmUp = new Option<int>("--warm-up")
        {
            Description = "Seconds of load before each measurement.",

            // Until most is compiled for good: .NET compiles code again after it has run for some seconds.
            DefaultValueFactory = _ => 10,
        };
        var rounds = new Option<int>("--rounds") { Description = "Rounds; the median counts.", DefaultValueFactory = _ => 3 };
        var connections = LoadOptions.Connections();
        var licenses = LoadOptions.Licenses();
        var rows = new Option<string>("--rows") { Description = "Rows to measure, by their letters.", DefaultValueFactory = _ => "abcdef" };
        var work = LoadOptions.Work();
        var output = new Option<string?>("--output") { Description = "The document to write the tables to." };
        var command = new System.CommandLine.Command("load", "Requests a second and latencies over HTTP, side by side.")
        {
            seconds, warmUp, rounds, connections, licenses, rows, work, output,
        };
        command.SetAction(async (parsed, _) =>
        {
            LoadRun.UseOneThread();
            var directory = Directory.CreateDirectory(
                Path.Combine(parsed.GetRequiredValue(work), $"metering-load-{Environment.ProcessId}")).FullName;
            try
            {
                var comparison = new Comparison(new ComparisonOptions(
                    TimeSpan.FromSeconds(parsed.GetValue(seconds)),
                    TimeSpan.FromSeconds(parsed.GetValue(warmUp)),
                    parsed.GetValue(rounds),
                    parsed.GetValue(connections),
                    parsed.GetValue(licenses),
                    parsed.GetRequiredValue(rows),
                    directory));
                var text = await comparison.RunAsync();
                Console.WriteLine(text);
                if (parsed.GetValue(output) is { } file)
                {
                    await ReportFile.ReplaceAsync(file, "load", text);
                }
            }
            finally
            {
                Directory.Delete(directory, recursive: true);
            }
        });
        return command;
    }

    /// <summary>A figure with the thousands set apart.</summary>
    public static string Number(double value, string format = "N0") => value.ToString(format, CultureInfo.InvariantCulture);
}
