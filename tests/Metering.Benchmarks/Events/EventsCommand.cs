using System.CommandLine;
using System.Net.Http.Headers;
using System.Security.Cryptography;

namespace Metering.Benchmarks;

/// <summary>Measures how many events of batches the server counts a second, beside PostgreSQL that does the same job.</summary>
internal static class EventsCommand
{
    private const double Wanted = 200_000;

    // A gateway sends what some of its devices have used; a broker, what anybody has.
    private const int Few = 50;

    public static System.CommandLine.Command Create()
    {
        var seconds = new Option<int>("--seconds") { Description = "Measured seconds of each row and round.", DefaultValueFactory = _ => 8 };
        var warmUp = new Option<int>("--warm-up")
        {
            Description = "Seconds of load before each measurement.",
            DefaultValueFactory = _ => 4,
        };
        var rounds = new Option<int>("--rounds") { Description = "Rounds; the median counts.", DefaultValueFactory = _ => 3 };
        var licenses = new Option<int>("--licenses") { Description = "Licenses that events are of.", DefaultValueFactory = _ => 10_000 };
        var events = new Option<int>("--events") { Description = "Events in a request.", DefaultValueFactory = _ => 1_000 };
        var producers = new Option<int>("--producers")
        {
            Description = "Senders, each with one request under way.",
            DefaultValueFactory = _ => 16,
        };
        var work = LoadOptions.Work();
        var output = new Option<string?>("--output") { Description = "The document to write the table to." };
        var command = new System.CommandLine.Command("events", "Events a second, sent as NDJSON, beside PostgreSQL.")
        {
            seconds, warmUp, rounds, licenses, events, producers, work, output,
        };
        command.SetAction(async (parsed, _) =>
        {
            var directory = Directory.CreateDirectory(
                Path.Combine(parsed.GetRequiredValue(work), $"metering-events-{Environment.ProcessId}")).FullName;
            try
            {
                var text = await RunAsync(
                    directory,
                    parsed.GetValue(rounds),
                    new EventOptions(
                        parsed.GetValue(licenses),
                        parsed.GetValue(events),
                        parsed.GetValue(licenses),
                        parsed.GetValue(producers),
                        TimeSpan.FromSeconds(parsed.GetValue(warmUp)),
                        TimeSpan.FromSeconds(parsed.GetValue(seconds))));
                Console.WriteLine(text);
                if (parsed.GetValue(output) is { } file)
                {
                    await ReportFile.ReplaceAsync(file, "events", text);
                }
            }
            finally
            {
                Directory.Delete(directory, recursive: true);
            }
        });
        return command;
    }

    private static async Task<string> RunAsync(string directory, int rounds, EventOptions many)
    {
        var few = many with { Spread = Math.Min(Few, many.Licenses) };
        var lines = MachineDescription.Lines(directory).ToList();
        var token = "mt_" + RandomNumberGenerator.GetHexString(40, lowercase: true);
        await using var host = await HostProcess.StartAsync(
            new Dictionary<string, string> { ["METERING_BOOTSTRAP_TOKEN"] = token }, "meter", "--data", Path.Combine(directory, "meter"));
        using var http = new HttpClient { BaseAddress = host.Url };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var made = await LoadedLicense.MakeAsync(http, many.Licenses);
        var (anybody, some) = (new EventLoad(http, made, many), new EventLoad(http, made, few));
        var (postgres, why) = await PostgresCluster.StartAsync(directory);
        Dictionary<string, List<Measurement>> rows = [];
        try
        {
            if (postgres is not null)
            {
                await PostgresJob.PrepareAsync(postgres, many.Licenses);
                await PostgresJob.PrepareEventsAsync(postgres);
            }

            for (var round = 1; round <= rounds; round++)
            {
                await AddAsync("events of any license", () => anybody.RunAsync(host.Process));
                await host.SettleAsync();
                await AddAsync($"events of {few.Spread} licenses a request", () => some.RunAsync(host.Process));
                await host.SettleAsync();
                if (postgres is not null)
                {
                    await postgres.ExecuteAsync("CHECKPOINT");
                    await AddAsync("PostgreSQL, events of any license", () => new PostgresEvents(postgres, many).RunAsync());
                    await postgres.ExecuteAsync("CHECKPOINT");
                    await AddAsync($"PostgreSQL, events of {few.Spread} licenses a batch", () => new PostgresEvents(postgres, few).RunAsync());
                }
            }

            // Of both loads together, because they are of the same licenses.
            await EventLoad.ExpectCountAsync(http, made, anybody.Accepted + some.Accepted);
        }
        finally
        {
            if (postgres is not null)
            {
                await postgres.DisposeAsync();
            }
        }

        lines.Add(postgres?.Version ?? $"PostgreSQL is left out: {why}");
        lines.Add($"{many.Producers} producers, {LoadCommand.Number(many.Events)} events a request, {LoadCommand.Number(many.Licenses)} licenses; {rounds} {(rounds == 1 ? "round" : "rounds")} of {many.Time.TotalSeconds:F0} s each after {many.WarmUp.TotalSeconds:F0} s of warm-up, the median counts; client and host share the cores; what was counted is what was acknowledged");
        return $"{Table(rows)}\n{string.Join('\n', lines.Select(line => $"- {line}"))}\n";

        async Task AddAsync(string row, Func<Task<Measurement>> measure)
        {
            var measured = await measure();
            (rows.TryGetValue(row, out var list) ? list : rows[row] = []).Add(measured);
            Console.Error.WriteLine($"{row}: {LoadCommand.Number(measured.PerSecond)}/s, host {measured.HostMicroseconds:F1} µs");
        }
    }

    private static Table Table(Dictionary<string, List<Measurement>> rows)
    {
        var table = new Table("", "events/s", "request p50 ms", "p99 ms", "host µs/event", "wanted, events/s");
        foreach (var (row, rounds) in rows)
        {
            var measured = Measurement.Median(rounds);
            table.Add(
                row,
                LoadCommand.Number(measured.PerSecond),
                LoadCommand.Number(measured.Latencies.Milliseconds(0.5), "F1"),
                LoadCommand.Number(measured.Latencies.Milliseconds(0.99), "F1"),
                measured.HostMicroseconds is { } host ? LoadCommand.Number(host, "F1") : "",
                measured.HostMicroseconds is null ? "" : LoadCommand.Number(Wanted));
        }

        return table;
    }
}
