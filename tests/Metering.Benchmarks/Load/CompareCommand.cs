using System.CommandLine;

namespace Metering.Benchmarks;

/// <summary>Compares two builds of the meter, or one build with two sets of variables, in short turns.</summary>
internal static class CompareCommand
{
    public static System.CommandLine.Command Create()
    {
        var with = new Option<string>("--with")
        {
            Description = "The benchmarks' executable of the other build; this build itself by default.",
            DefaultValueFactory = _ => Environment.ProcessPath!,
        };
        var set = new Option<string[]>("--set")
        {
            Description = "A variable of the other meter, as NAME=VALUE. May be given several times.",
            DefaultValueFactory = _ => [],
        };
        var rows = new Option<string>("--rows")
        {
            Description = "What to compare: b (consume), c (consume on one license), f (check).",
            DefaultValueFactory = _ => "bf",
        };
        var rounds = new Option<int>("--rounds")
        {
            Description = "Measured rounds. In each, each meter gets a second of every row.",
            DefaultValueFactory = _ => 32,
        };
        var warmUp = new Option<int>("--warm-up")
        {
            Description = "Rounds before those that count.",

            // Until most is compiled for good, as for the command load.
            DefaultValueFactory = _ => 8,
        };
        var connections = LoadOptions.Connections();
        var licenses = LoadOptions.Licenses();
        var work = LoadOptions.Work();
        var command = new System.CommandLine.Command("compare", "Two builds of the meter, second by second in turn.")
        {
            with, set, rows, rounds, warmUp, connections, licenses, work,
        };
        command.SetAction(async (parsed, _) =>
        {
            LoadRun.UseOneThread();
            var directory = Directory.CreateDirectory(
                Path.Combine(parsed.GetRequiredValue(work), $"metering-compare-{Environment.ProcessId}")).FullName;
            try
            {
                var machine = MachineDescription.Lines(directory).ToList();
                var variables = parsed.GetRequiredValue(set).Select(pair => pair.Split('=', 2)).ToDictionary(
                    pair => pair[0], pair => pair.Length == 2 ? pair[1] : "", StringComparer.Ordinal);
                var (count, path) = (parsed.GetValue(licenses), parsed.GetRequiredValue(with));
                await using var one = await LoadedMeter.StartAsync(Path.Combine(directory, "one"), count);
                await using var other = await LoadedMeter.StartAsync(path, variables, Path.Combine(directory, "other"), count);
                var turns = new AlternatingLoad(one, other, parsed.GetValue(connections));
                Console.WriteLine(
                    await turns.RunAsync(parsed.GetRequiredValue(rows), parsed.GetValue(warmUp), parsed.GetValue(rounds)));
                Console.WriteLine(string.Join('\n', machine.Select(line => $"- {line}")));
            }
            finally
            {
                Directory.Delete(directory, recursive: true);
            }
        });
        return command;
    }
}
