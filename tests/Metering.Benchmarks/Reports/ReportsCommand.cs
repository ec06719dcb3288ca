using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Metering.Reports;
using Metering.Server.Engine;
using Metering.Server.Stores;

namespace Metering.Benchmarks;

/// <summary>
/// Measures how long the server takes for a usage report by day over 400 days, and for a bill of a tenant with many licenses.
/// </summary>
internal static class ReportsCommand
{
    private const int Rounds = 20;
    private const int Days = 400;
    private const double WantedUsage = 5;
    private const double WantedBill = 200;
    private const string Tenant = "tenant_reports";

    private static readonly Feature Calls = new() { Code = "api_calls", Unit = "call" };
    private static readonly Terms Monthly = new() { Limit = 1_000_000, Reset = new Reset { Interval = Interval.Month } };

    public static System.CommandLine.Command Create()
    {
        var licenses = new Option<int>("--licenses") { Description = "Licenses of the tenant.", DefaultValueFactory = _ => 1_000 };
        var work = LoadOptions.Work();
        var command = new System.CommandLine.Command("reports", "Time of a usage report and of a bill.") { licenses, work };
        command.SetAction(async (parsed, stop) =>
        {
            var directory = Directory.CreateDirectory(
                Path.Combine(parsed.GetRequiredValue(work), $"metering-reports-{Environment.ProcessId}")).FullName;
            try
            {
                var machine = MachineDescription.Lines(directory).ToList();
                var table = await RunAsync(directory, parsed.GetValue(licenses), stop);
                Console.WriteLine($"{table}\n{string.Join('\n', machine.Select(line => "- " + line))}");
            }
            finally
            {
                Directory.Delete(directory, recursive: true);
            }
        });
        return command;
    }

    private static async Task<Table> RunAsync(string directory, int licenses, CancellationToken stop)
    {
        var clock = new SetClock(new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero));
        var options = new Metering.Server.ServerOptions { Data = Path.Combine(directory, "data") };
        await using var engine = await MeterEngine.OpenAsync(options, clock);
        var sources = new ReportSources(new SqliteLedger(engine, clock), engine, new SqliteLicenseDirectory(engine, clock), engine.Rules);
        var catalog = new SqliteCatalog(engine);
        await catalog.ChangeAsync(known => known with { Features = known.Features.Add(Calls.Code, Calls) }, stop);

        await Task.WhenAll(Enumerable.Range(0, licenses).Select(number => OpenAsync(engine, sources.Directory, StoredLicenses.Id(number))));
        for (var day = 0; day < 31; day++)
        {
            await Task.WhenAll(Enumerable.Range(0, licenses).Select(number => UseAsync(engine, StoredLicenses.Id(number), day)));
            clock.UtcNow = clock.UtcNow.AddDays(1);
        }

        var from = clock.UtcNow.AddDays(-30);
        var bills = new BillingReports(sources, catalog);
        var bill = await MeasureAsync(async () =>
            (await bills.ReportAsync(new BillingQuery(Tenant, from), clock.UtcNow, stop)).Lines.Length);
        await OpenAsync(engine, sources.Directory, "lic_alone", "tenant_alone");
        var usage = new UsageReports(sources);
        await MakeDaysAsync(engine, clock, "lic_alone");
        var query = new UsageQuery("tenant_alone", Calls.Code) { From = clock.UtcNow.AddDays(1 - Days), To = clock.UtcNow };
        var used = await MeasureAsync(async () => (await usage.SummaryAsync(query, clock.UtcNow, stop)).Buckets.Length);

        var table = new Table("report", "parts", "median, ms", "slowest, ms", "wanted, ms");
        Add(table, $"usage by day, {Days} days, one license", used, WantedUsage);
        Add(table, $"bill, {licenses} licenses, 30 days", bill, WantedBill);
        return table;
    }

    private static async Task MakeDaysAsync(MeterEngine engine, SetClock clock, string license)
    {
        for (var day = 0; day < Days; day++)
        {
            await UseAsync(engine, license, day);
            clock.UtcNow = clock.UtcNow.AddDays(1);
        }
    }

    private static async Task OpenAsync(MeterEngine engine, ILicenseDirectory directory, string id, string tenant = Tenant)
    {
        var open = new OpenLicense { LicenseId = id, TenantId = tenant, Features = [new FeatureTerms(Calls, Monthly)] };
        await engine.ApplyAsync(id, open, null, CancellationToken.None);
        var state = (await engine.ReadAsync(id, CancellationToken.None))!;
        await directory.NoteFeaturesAsync(LicenseFeatures.Of(state), CancellationToken.None);
    }

    private static async Task UseAsync(MeterEngine engine, string id, int day)
    {
        var use = new RecordUse { FeatureCode = Calls.Code, Given = 1 + (day % 7), UserId = "user_" + (day % 5) };
        var result = await engine.ApplyAsync(id, use, null, CancellationToken.None);
        if (result.Status != ApplyStatus.Applied)
        {
            throw new InvalidOperationException($"A use of {id} could not be counted: {result}.");
        }
    }

    private static async Task<(int Parts, double[] Times)> MeasureAsync(Func<Task<int>> report)
    {
        // Once before, so that neither the compiler nor cold pages are measured.
        var parts = await report();
        var times = new double[Rounds];
        for (var round = 0; round < Rounds; round++)
        {
            var clock = Stopwatch.StartNew();
            await report();
            times[round] = clock.Elapsed.TotalMilliseconds;
        }

        Array.Sort(times);
        return (parts, times);
    }

    private static void Add(Table table, string name, (int Parts, double[] Times) measured, double wanted) => table.Add(
        name, Text(measured.Parts, "N0"), Text(measured.Times[Rounds / 2], "F1"), Text(measured.Times[^1], "F1"), "< " + Text(wanted, "F0"));

    private static string Text(double number, string format) => number.ToString(format, CultureInfo.InvariantCulture);

    private sealed class SetClock(DateTimeOffset now) : IMeterClock
    {
        public DateTimeOffset UtcNow { get; set; } = now;

        public bool IsTestClock => true;

        public ValueTask SetAsync(DateTimeOffset time, CancellationToken cancellationToken)
        {
            UtcNow = time;
            return ValueTask.CompletedTask;
        }
    }
}
