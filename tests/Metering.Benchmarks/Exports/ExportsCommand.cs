using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Metering.Reports;
using Metering.Server;
using Metering.Server.Engine;
using Metering.Server.Exports;
using Metering.Server.Stores;

namespace Metering.Benchmarks;

/// <summary>Measures how many ledger rows the server exports a second, and how much memory that takes.</summary>
internal static class ExportsCommand
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    public static System.CommandLine.Command Create()
    {
        var rows = new Option<long>("--rows") { Description = "Ledger entries to make.", DefaultValueFactory = _ => 1_000_000 };
        var licenses = new Option<int>("--licenses") { Description = "Licenses that have them.", DefaultValueFactory = _ => 1_000 };
        var data = new Option<string>("--data") { Description = "The data directory; made when it is missing, and kept.", Required = true };
        var command = new System.CommandLine.Command("exports", "Ledger rows that the server exports a second.") { rows, licenses, data };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var directory = parsed.GetRequiredValue(data);
            if (!Directory.Exists(directory))
            {
                await VerifyCommand.MakeAsync(directory, parsed.GetValue(licenses), parsed.GetValue(rows));
            }

            await MeasureAsync(directory, cancellationToken);
        });
        return command;
    }

    private static async Task MeasureAsync(string directory, CancellationToken cancellationToken)
    {
        var clock = new SystemClock();
        var options = new ServerOptions { Data = directory };
        await using var engine = await MeterEngine.OpenAsync(options, clock);
        var jobs = new SqliteExports(engine, options.Exports);
        var sources = new ExportSources(
            new SqliteLicenseDirectory(engine, clock), new SqliteLedger(engine, clock), new SqliteLedgerScan(engine), engine, engine.Rules);
        var run = new ExportRun(sources, new FolderSink(options.ExportsIn), jobs, clock, TimeProvider.System);

        // Once for the compiler and the caches; from then on resident memory grows by what an export needs.
        var (format, none) = (ExportFormat.Jsonl, ExportCompression.None);
        await ExportAsync(format, none);
        foreach (var (measured, packed) in new[]
        {
            (ExportFormat.Csv, none), (format, none), (ExportFormat.Csv, ExportCompression.Gzip), (ExportFormat.Parquet, none),
        })
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            var before = Environment.WorkingSet;
            var peak = before;
            var watch = Stopwatch.StartNew();
            var export = ExportAsync(measured, packed);
            while (await Task.WhenAny(export, Task.Delay(Look, cancellationToken)) != export)
            {
                peak = Math.Max(peak, Environment.WorkingSet);
            }

            var job = await export;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{EnumNames.Of(measured)} {EnumNames.Of(packed)}: {job.Rows} rows, {job.Rows / watch.Elapsed.TotalSeconds:N0} rows/s, "
                + $"{job.File!.Bytes / 1048576.0:N0} MiB, resident from {before / 1048576:N0} to {peak / 1048576:N0} MiB"));
        }

        async Task<ExportJob> ExportAsync(ExportFormat of, ExportCompression compress)
        {
            var now = clock.UtcNow;
            var made = new ExportJob
            {
                Id = $"exp_{now.UtcTicks:x}",
                CreatedAt = now,
                Order = new ExportOrder
                {
                    Report = ExportReport.Ledger,
                    Span = new ExportSpan(now.AddDays(-300), now.AddDays(1)),
                    Format = of,
                    Compress = compress,
                },
            };
            await jobs.AddAsync(made, cancellationToken);
            var done = await run.RunAsync(made.Id, cancellationToken);
            return done is { Status: ExportStatus.Done } ? done : throw new InvalidOperationException(done?.Failure);
        }
    }
}
