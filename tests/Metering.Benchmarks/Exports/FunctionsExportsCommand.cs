using System.Collections.Immutable;
using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Azure.Storage.Blobs;
using MeterFunctions.Evidence;
using MeterFunctions.Exports;
using MeterFunctions.Hosting;
using Metering.Reports;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Metering.Benchmarks;

/// <summary>
/// Measures how many ledger rows the Functions app exports from tables to a blob a second, how much memory that takes, and which of the two
/// it waits for; and how many <c>verify</c> proves. The rows are made by the app's own writers.
/// </summary>
internal static class FunctionsExportsCommand
{
    private const string Emulator = "UseDevelopmentStorage=true";
    private const string Container = "exports-benchmark";
    private const int AtOnce = 16;
    private const int CommandsAtOnce = 200;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    public static System.CommandLine.Command Create()
    {
        var storage = new Option<string>("--storage")
        {
            Description = "The connection string of the storage, such as that of an Azurite.", DefaultValueFactory = _ => Emulator,
        };
        var rows = new Option<int>("--rows") { Description = "Ledger entries to make.", DefaultValueFactory = _ => 20_000 };
        var licenses = new Option<int>("--licenses") { Description = "Licenses that have them.", DefaultValueFactory = _ => 50 };
        var command = new System.CommandLine.Command(
            "functions-exports", "Ledger rows that the Functions app exports from tables to a blob a second, and that verify proves.")
        {
            storage, rows, licenses,
        };
        command.SetAction((parsed, cancellationToken) => MeasureAsync(
            parsed.GetRequiredValue(storage), parsed.GetValue(rows), parsed.GetValue(licenses), cancellationToken));
        return command;
    }

    private static async Task MeasureAsync(string storage, int rows, int licenses, CancellationToken cancellationToken)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["MeteringStorage"] = storage,
            ["Metering:TablePrefix"] = $"B{Guid.NewGuid():N}"[..20],
            ["Metering:Turns"] = "WhenContended",
            ["Metering:ExportContainer"] = Container,
        }).Build();
        await using var app = new ServiceCollection().AddLogging().AddSingleton<IConfiguration>(configuration)
            .AddMeterFunctions(configuration).BuildServiceProvider();
        var sources = app.GetRequiredService<ExportSources>();
        var watch = Stopwatch.StartNew();
        await FillAsync(sources, rows, licenses, cancellationToken);
        Tell("made", rows, watch.Elapsed, "by commits of the app");

        var span = new ExportSpan(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        watch.Restart();
        var read = 0L;
        await foreach (var part in sources.Scan.ReadAsync(
            [.. Enumerable.Range(0, licenses).Select(Id)], span, 0, cancellationToken))
        {
            read += part.Entries.Count;
        }

        Tell("tables, read alone", read, watch.Elapsed, "no file");
        var jobs = new MeasuredJobs();
        var clock = new SystemClock();
        var run = new ExportRun(
            sources, new BlobExportSink(() => new BlobContainerClient(storage, Container)), jobs, clock, TimeProvider.System);
        foreach (var (format, packed) in new[]
        {
            (ExportFormat.Jsonl, ExportCompression.None), (ExportFormat.Csv, ExportCompression.None),
            (ExportFormat.Csv, ExportCompression.Gzip), (ExportFormat.Parquet, ExportCompression.None),
        })
        {
            var job = new ExportJob
            {
                Id = $"exp_{clock.UtcNow.UtcTicks:x}",
                Order = new ExportOrder { Report = ExportReport.Ledger, Span = span, Format = format, Compress = packed },
                CreatedAt = clock.UtcNow,
            };
            await jobs.AddAsync(job, cancellationToken);
            var (done, took, memory) = await WatchAsync(() => run.RunAsync(job.Id, cancellationToken), cancellationToken);
            Tell(
                $"{EnumNames.Of(format)} {EnumNames.Of(packed)}", done!.Rows, took,
                string.Create(CultureInfo.InvariantCulture, $"{done.File?.Bytes / 1048576.0:N1} MiB, {memory} {done.Failure}"));
        }

        var (proved, time, resident) = await WatchAsync(
            () => VerifyAsync(app.GetRequiredService<Verification>(), cancellationToken), cancellationToken);
        Tell("verify", proved, time, resident);
    }

    private static async Task<long> VerifyAsync(Verification verification, CancellationToken cancellationToken)
    {
        var proved = 0L;
        await foreach (var step in verification.StepsAsync(
            VerificationPlace.Beginning, followed => Interlocked.Add(ref proved, followed), cancellationToken))
        {
            if (step.Differences.Count > 0)
            {
                throw new InvalidOperationException(step.Differences[0]);
            }
        }

        return proved;
    }

    private static async Task<(T Result, TimeSpan Took, string Memory)> WatchAsync<T>(
        Func<Task<T>> work, CancellationToken cancellationToken)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var (before, peak) = (Environment.WorkingSet, Environment.WorkingSet);
        var watch = Stopwatch.StartNew();
        var running = work();
        while (await Task.WhenAny(running, Task.Delay(Look, cancellationToken)) != running)
        {
            peak = Math.Max(peak, Environment.WorkingSet);
        }

        var result = await running;
        return (result, watch.Elapsed, string.Create(
            CultureInfo.InvariantCulture, $"resident from {before / 1048576:N0} to {peak / 1048576:N0} MiB"));
    }

    private static string Id(int license) => string.Create(CultureInfo.InvariantCulture, $"lic_{license:D6}");

    private static Task FillAsync(ExportSources sources, int rows, int licenses, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(
            Enumerable.Range(0, licenses),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (license, token) =>
            {
                var id = Id(license);
                await sources.Directory.AddAsync(
                    new LicenseRecord { Id = id, TenantId = "tenant", KeyHash = TextHash.Of(id), CreatedAt = DateTimeOffset.UtcNow },
                    token);
                await sources.Meters.ApplyAsync(
                    id,
                    new OpenLicense
                    {
                        LicenseId = id,
                        TenantId = "tenant",
                        Features = [new FeatureTerms(new Feature { Code = "api_calls" }, Terms.Unlimited)],
                    },
                    null,
                    token);
                for (var made = 0; made < rows / licenses; made += CommandsAtOnce)
                {
                    var commands = Enumerable.Range(made, Math.Min(CommandsAtOnce, (rows / licenses) - made)).Select(number =>
                        new RequestedCommand(
                            new RecordUse
                            {
                                FeatureCode = "api_calls", Given = 1, EventId = $"{id}-{number}", UserId = "user_" + (char)('a' + (number % 7)),
                            },
                            Once.ByEvent($"{id}-{number}")));
                    foreach (var answer in await sources.Meters.ApplyAsync(id, commands.ToImmutableArray(), token))
                    {
                        if (answer.Status != ApplyStatus.Applied)
                        {
                            throw new InvalidOperationException($"{id}: {answer.Status}");
                        }
                    }
                }
            });

    private static void Tell(string what, long rows, TimeSpan took, string more) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{what}: {rows} rows, {rows / took.TotalSeconds:N0} rows/s, {more}"));
}
