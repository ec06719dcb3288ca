namespace Metering.Benchmarks;

/// <summary>Kills a host under load again and again, and then proves that what was acknowledged is what was counted.</summary>
internal sealed class CrashRun(CrashedHost host, CrashOptions options, Func<Task<string>>? verify)
{
    // Every so many kills it says how far it is.
    private const int ToldEvery = 10;

    // One in so many is killed while it answers its first requests.
    private const int AtOnceOneIn = 5;

    private readonly Random _random = new(options.Seed);
    private readonly List<TimeSpan> _ready = [];

    /// <summary>Runs it.</summary>
    /// <returns>The table, and what differs; nothing when all agrees.</returns>
    public async Task<(string Text, IReadOnlyList<string> Findings)> RunAsync()
    {
        var first = await host.StartAsync();
        var licenses = await LoadedLicense.MakeAsync(host.Http, options.Licenses);
        var load = new CrashLoad(licenses, options.Seed);
        for (var kill = 1; kill <= options.Kills; kill++)
        {
            TimeSpan? moment = _random.Next(AtOnceOneIn) == 0 ? null : options.MaxLoad * _random.NextDouble();
            await load.RunAsync(host.Http, options.Callers, moment, host.KillAsync);
            _ready.Add(await host.StartAsync());
            if (kill % ToldEvery == 0)
            {
                Console.Error.WriteLine($"{kill} kills, {load.Acknowledged} requests acknowledged, {load.Lost} answers lost");
            }
        }

        await load.FinishAsync(host.Http);
        var findings = await CrashCheck.RunAsync(host.Http, licenses, load.Uses);

        // Killed once more, so that what is verified is what a crash leaves.
        await host.KillAsync();
        var verified = verify is null ? "not on this host" : await verify();
        return (Tell(load, first, verified), findings);
    }

    private string Tell(CrashLoad load, TimeSpan first, string verified)
    {
        _ready.Sort();
        var table = new Table("", "measured");
        table.Add("kills under load", LoadCommand.Number(options.Kills));
        table.Add("requests acknowledged", LoadCommand.Number(load.Acknowledged));
        table.Add("uses counted", LoadCommand.Number(load.Uses.Count()));
        table.Add("answers lost", LoadCommand.Number(load.Lost));
        table.Add("of these, counted all the same", LoadCommand.Number(load.LostAndCounted));
        table.Add("repeats that got the first answer", LoadCommand.Number(load.Repeats));
        table.Add("first start until ready", Seconds(first));
        table.Add("ready after a kill, p50", Seconds(_ready[_ready.Count / 2]));
        table.Add("ready after a kill, p95", Seconds(_ready[_ready.Count * 95 / 100]));
        table.Add("ready after a kill, longest", Seconds(_ready[^1]));
        table.Add("verify", verified);
        return table.ToString();
    }

    private static string Seconds(TimeSpan time) => $"{LoadCommand.Number(time.TotalSeconds, "F2")} s";
}
