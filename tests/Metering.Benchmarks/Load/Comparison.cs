using System.Security.Cryptography;
using System.Text;

namespace Metering.Benchmarks;

/// <summary>Measures the rows round by round, each on an otherwise idle machine, and writes the tables.</summary>
internal sealed class Comparison(ComparisonOptions options)
{
    private readonly Dictionary<char, List<Measurement>> _rounds = [];
    private readonly List<string> _notes = [];

    public async Task<string> RunAsync()
    {
        var machine = MachineDescription.Lines(options.Directory).ToList();
        await using var bare = await HostProcess.StartAsync(new Dictionary<string, string>(), "bare");
        await using var meter = Wants("bcf")
            ? await LoadedMeter.StartAsync(Path.Combine(options.Directory, "meter"), options.Licenses)
            : null;
        var postgres = Wants("de") ? await StartPostgresAsync() : null;
        try
        {
            for (var round = 1; round <= options.Rounds; round++)
            {
                await RoundAsync(round, bare, meter, postgres);
            }

            if (meter is not null && _rounds.TryGetValue('c', out var hot))
            {
                await meter.ExpectHotCountAsync(hot.Sum(measured => measured.Answered));
            }
        }
        finally
        {
            if (postgres is not null)
            {
                machine.Add(postgres.Version);
                await postgres.DisposeAsync();
            }
        }

        return Report(machine);
    }

    private async Task RoundAsync(int round, HostProcess bare, LoadedMeter? meter, PostgresCluster? postgres)
    {
        byte[][] anybody = meter?.Keys ?? [Encoding.ASCII.GetBytes("lk_" + RandomNumberGenerator.GetHexString(40))];
        await MeasureAsync('a', round, () => LoadAsync(bare, Routes.Consume, anybody, unique: true));
        if (meter is not null)
        {
            await MeasureAsync('b', round, () => LoadAsync(meter.Host, Routes.Consume, meter.Keys, unique: true));
            await MeasureAsync('c', round, () => LoadAsync(meter.Host, Routes.Consume, [meter.HotKey], unique: true));
            await MeasureAsync('f', round, () => LoadAsync(meter.Host, Routes.Check, meter.Keys, unique: false));
        }

        if (postgres is not null)
        {
            await MeasureAsync('d', round, () => PostgresAsync(postgres, options.Licenses));
            await MeasureAsync('e', round, () => PostgresAsync(postgres, 1));
        }
    }

    private async Task MeasureAsync(char row, int round, Func<Task<Measurement>> measure)
    {
        if (!Wants($"{row}"))
        {
            return;
        }

        var measured = await measure();
        if (!_rounds.TryGetValue(row, out var rounds))
        {
            _rounds.Add(row, rounds = []);
        }

        rounds.Add(measured);
        Console.Error.WriteLine(
            $"round {round} ({row}) {LoadCommand.Number(measured.PerSecond)}/s, p50 {measured.Latencies.Milliseconds(0.5):F2} ms, p99 {measured.Latencies.Milliseconds(0.99):F2} ms, "
            + $"host {measured.HostMicroseconds:F1} µs, client {measured.ClientMicroseconds:F1} µs, answer {measured.AnswerBytes} bytes");
    }

    private async Task<Measurement> LoadAsync(HostProcess host, string path, byte[][] licenses, bool unique)
    {
        await host.SettleAsync();
        var plan = new LoadPlan(
            host.Url, path, licenses, options.Connections, options.WarmUp, options.Time, unique ? RandomNumberGenerator.GetHexString(8)
                : null);
        var measured = await new LoadRun(plan).RunAsync(host.Process);
        await host.SettleAsync();
        return measured;
    }

    private async Task<Measurement> PostgresAsync(PostgresCluster postgres, int licenses)
    {
        await postgres.ExecuteAsync("CHECKPOINT");
        await PostgresJob.RunAsync(postgres, licenses, options.Connections, options.WarmUp);
        return await PostgresJob.RunAsync(postgres, licenses, options.Connections, options.Time);
    }

    private async Task<PostgresCluster?> StartPostgresAsync()
    {
        var (cluster, why) = await PostgresCluster.StartAsync(options.Directory);
        if (cluster is null)
        {
            _notes.Add($"Rows (d) and (e) are left out: {why}.");
            return null;
        }

        await PostgresJob.PrepareAsync(cluster, options.Licenses);
        return cluster;
    }

    private bool Wants(string rows) => rows.Any(row => options.Rows.Contains(row, StringComparison.Ordinal));

    private string Report(IEnumerable<string> machine)
    {
        var table = new Table("", "requests/s", "p50 ms", "p99 ms", "p99.9 ms", "host µs/request", "client µs/request");
        foreach (var (row, name) in Names())
        {
            if (_rounds.TryGetValue(row, out var rounds))
            {
                var measured = Measurement.Median(rounds);
                table.Add(
                    $"({row}) {name}",
                    LoadCommand.Number(measured.PerSecond),
                    LoadCommand.Number(measured.Latencies.Milliseconds(0.5), "F2"),
                    LoadCommand.Number(measured.Latencies.Milliseconds(0.99), "F2"),
                    LoadCommand.Number(measured.Latencies.Milliseconds(0.999), "F2"),
                    measured.HostMicroseconds is { } host ? LoadCommand.Number(host, "F1") : "",
                    measured.ClientMicroseconds is { } client ? LoadCommand.Number(client, "F1") : "");
            }
        }

        var ratios = Ratio.Section(
        [
            new("(b) / (a)", Compare('b', 'a'), 0.5),
            new("(c) / (b)", Compare('c', 'b'), 0.9),
            new("(b) / (d)", Compare('b', 'd'), 3.5),
            new("(c) / (e)", Compare('c', 'e'), 25),
            new("(f) / (a)", Compare('f', 'a'), 0.87),
        ]);
        var conditions = machine
            .Append($"{options.Connections} connections, {LoadCommand.Number(options.Licenses)} licenses; {options.Rounds} {(options.Rounds == 1 ? "round" : "rounds")} of {options.Time.TotalSeconds:F0} s each after {options.WarmUp.TotalSeconds:F0} s of warm-up; rate: the median round, latencies: all rounds; client and host share the cores")
            .Concat(_notes);
        return $"{table}\n{ratios}\n{string.Join('\n', conditions.Select(line => "- " + line))}\n";
    }

    private double? Compare(char one, char other) => _rounds.TryGetValue(one, out var ones) && _rounds.TryGetValue(other, out var others)
        ? Measurement.Median(ones).PerSecond / Measurement.Median(others).PerSecond
        : null;

    private static IEnumerable<(char Row, string Name)> Names() =>
    [
        ('a', "bare endpoint: the limit"),
        ('b', "durable consume"),
        ('c', "durable consume, one hot license"),
        ('d', "PostgreSQL function"),
        ('e', "PostgreSQL function, one hot row"),
        ('f', "check, from memory"),
    ];
}
