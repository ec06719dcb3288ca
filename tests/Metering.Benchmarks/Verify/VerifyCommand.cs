using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Metering.Server;
using Metering.Server.Engine;
using Microsoft.Data.Sqlite;

namespace Metering.Benchmarks;

/// <summary>Measures how many ledger entries <c>verify</c> proves a second.</summary>
internal static class VerifyCommand
{
    private const int Senders = 64;
    private const string BodyHash = "0123456789abcdef0123456789abcdef";

    public static System.CommandLine.Command Create()
    {
        var entries = new Option<long>("--entries") { Description = "Entries to make.", DefaultValueFactory = _ => 1_000_000 };
        var licenses = new Option<int>("--licenses") { Description = "Licenses that have them.", DefaultValueFactory = _ => 1_000 };
        var data = new Option<string>("--data") { Description = "The data directory; made when it is missing, and kept.", Required = true };
        var command = new System.CommandLine.Command("verify", "Ledger entries that verify proves a second.") { entries, licenses, data };
        command.SetAction(async (parsed, _) =>
        {
            var directory = parsed.GetRequiredValue(data);
            if (!Directory.Exists(directory))
            {
                await MakeAsync(directory, parsed.GetValue(licenses), parsed.GetValue(entries));
            }

            await MeasureAsync(directory, Count(directory));
        });
        return command;
    }

    internal static async Task MakeAsync(string directory, int licenses, long entries)
    {
        await StoredLicenses.WriteAsync(directory, licenses);
        await using (var engine = await MeterEngine.OpenAsync(new Metering.Server.ServerOptions { Data = directory }, new SystemClock()))
        {
            WriteHolders(directory, [.. await Task.WhenAll(Enumerable.Range(0, licenses).Select(number => StateAsync(engine, number)))]);
            var next = -1L;
            await Task.WhenAll(Enumerable.Range(0, Senders * Senders).Select(_ => Task.Run(async () =>
            {
                while (Interlocked.Increment(ref next) is var number && number < entries)
                {
                    await engine.ApplyAsync(
                        StoredLicenses.Id((int)(number % licenses)),
                        new Consume { FeatureCode = "api_calls", UserId = "user_" + (char)('a' + (number % 7)) },
                        Once.ByKey(number.ToString("D24", CultureInfo.InvariantCulture), BodyHash),
                        CancellationToken.None);
                }
            })));
        }
    }

    private static async Task<LicenseState> StateAsync(MeterEngine engine, int number) =>
        (await engine.ReadAsync(StoredLicenses.Id(number), CancellationToken.None))!;

    private static void WriteHolders(string directory, IReadOnlyList<LicenseState> states)
    {
        using var store = Open(directory);
        using var transaction = store.BeginTransaction();
        using var insert = store.CreateCommand();
        insert.CommandText =
            "INSERT INTO feature_holder (tenant, feature, created, license, spans) VALUES ($tenant, $feature, $created, $license, $spans)";
        foreach (var features in states.Select(LicenseFeatures.Of))
        {
            foreach (var (code, spans) in features.Features)
            {
                insert.Parameters.Clear();
                insert.Parameters.AddWithValue("$tenant", features.TenantId);
                insert.Parameters.AddWithValue("$feature", code);
                insert.Parameters.AddWithValue("$created", features.CreatedAt.UtcTicks);
                insert.Parameters.AddWithValue("$license", features.LicenseId);
                insert.Parameters.AddWithValue(
                    "$spans", JsonSerializer.SerializeToUtf8Bytes(spans, MeteringJson.Default.ImmutableArrayFeatureSpan));
                insert.ExecuteNonQuery();
            }
        }

        transaction.Commit();
    }

    private static long Count(string directory)
    {
        using var store = Open(directory);
        using var count = store.CreateCommand();
        count.CommandText = "SELECT COUNT(*) FROM ledger";
        return (long)count.ExecuteScalar()!;
    }

    private static SqliteConnection Open(string directory)
    {
        var store = new SqliteConnection($"Data Source={Path.Combine(directory, "meter.db")};Pooling=False");
        store.Open();
        return store;
    }

    private static async Task MeasureAsync(string directory, long entries)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = false };
        foreach (var argument in new[] { typeof(MeteringServer).Assembly.Location, "verify", "--data", directory })
        {
            start.ArgumentList.Add(argument);
        }

        var clock = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        var (peak, processor) = (0L, TimeSpan.FromMilliseconds(1));
        while (!process.HasExited)
        {
            // Both are gone with the process, so the last look counts.
            process.Refresh();
            (peak, processor) = (Math.Max(peak, process.WorkingSet64), process.TotalProcessorTime);
            await Task.WhenAny(process.WaitForExitAsync(), Task.Delay(100));
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{entries:N0} entries in {clock.Elapsed.TotalSeconds:F1} s: {entries / clock.Elapsed.TotalSeconds:N0}/s, "
            + $"{entries / processor.TotalSeconds:N0} for each second of processor time; "
            + $"at most {peak / 1024 / 1024:N0} MiB; exit code {process.ExitCode}"));
    }
}
