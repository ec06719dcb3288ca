using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Metering.Server;
using Metering.Server.Engine;
using Metering.Server.Loops;
using Metering.Server.Stores;
using Microsoft.Extensions.Logging.Abstractions;

namespace Metering.Benchmarks;

/// <summary>Measures how many keys a second retention forgets, and how many ledger entries it removes.</summary>
internal static class RetentionCommand
{
    public static System.CommandLine.Command Create()
    {
        var entries = new Option<long>("--entries") { Description = "Entries to make.", DefaultValueFactory = _ => 1_000_000 };
        var licenses = new Option<int>("--licenses") { Description = "Licenses that have them.", DefaultValueFactory = _ => 10_000 };
        var data = new Option<string>("--data") { Description = "The data directory, which must not exist.", Required = true };
        var command = new System.CommandLine.Command("retention", "Keys forgotten and ledger entries removed a second.")
        {
            entries, licenses, data,
        };
        command.SetAction(async (parsed, _) =>
        {
            var directory = parsed.GetRequiredValue(data);
            await VerifyCommand.MakeAsync(directory, parsed.GetValue(licenses), parsed.GetValue(entries));
            var options = new Metering.Server.ServerOptions { Data = directory };
            await MeasureAsync("forgotten", options, MeterRules.Default.IdempotencyMemory);
            await MeasureAsync("removed", options, options.LedgerRetention);
        });
        return command;
    }

    private static async Task MeasureAsync(string what, Metering.Server.ServerOptions options, TimeSpan age)
    {
        var clock = new LaterClock(age + TimeSpan.FromDays(2));
        await using var engine = await MeterEngine.OpenAsync(options, clock);
        using var retention = new Retention(engine, clock, new StandingTime(), new LoopStatuses(), NullLogger<Retention>.Instance);
        var (start, processor) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        var rows = await retention.RunAsync(CancellationToken.None);
        var (elapsed, used) = (Stopwatch.GetElapsedTime(start), Environment.CpuUsage.TotalTime - processor);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{rows:N0} entries {what} in {elapsed.TotalSeconds:F1} s: {rows / elapsed.TotalSeconds:N0}/s, "
            + $"{used.TotalMicroseconds / rows:F1} µs of processor time each"));
    }

    /// <summary>By it no step takes long, so none is followed by a rest: what is measured is the work.</summary>
    private sealed class StandingTime : TimeProvider
    {
        public override long GetTimestamp() => 0;
    }

    /// <summary>The system's clock, some time ahead.</summary>
    private sealed class LaterClock(TimeSpan ahead) : IMeterClock
    {
        public DateTimeOffset UtcNow => DateTimeOffset.UtcNow + ahead;

        public bool IsTestClock => false;

        public ValueTask SetAsync(DateTimeOffset now, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
