using Metering.Reports.Tests.Support;
using Metering.Tests.Support;

namespace Metering.Reports.Tests.Exports;

/// <summary>An export of <c>billing</c> says what the billing report says, and is proven against the ledger.</summary>
public sealed class BillingExportTests
{
    private const string Storage = "storage";
    private const int Licenses = 9;
    private static readonly ExportSpan Four = ExportWorld.Days(0, 4);
    private static readonly ExportOrder Order = new() { Report = ExportReport.Billing, Span = Four };

    [Theory]
    [InlineData(ExportFormat.Csv, ExportCompression.Gzip)]
    [InlineData(ExportFormat.Jsonl, ExportCompression.None)]
    [InlineData(ExportFormat.Parquet, ExportCompression.None)]
    public async Task A_final_file_has_the_lines_of_the_report_and_is_proven_for_good(ExportFormat format, ExportCompression compress)
    {
        var host = Played(Four.FinalFrom(MeterRules.Default.LateWindow), 1);
        var job = await host.ExportAsync(Order with { Format = format, Compress = compress });
        Assert.Equal((ExportStatus.Done, ExportState.Final), (job.Status, job.State!.Value));

        // More licenses than are read side by side, each with days of calls and the days of a period that never ends.
        var lines = await LinesAsync(host);
        Assert.Equal(Licenses, lines.Select(line => line.LicenseId).Distinct().Count());
        Assert.Contains(lines, line => line is { IsPart: true, FeatureCode: Storage });
        Assert.Contains(lines, line => line is { IsPart: false, Overage: > 0, CreditDrawn: > 0, Tiers.Length: > 1 });
        Assert.Contains(lines, line => line.Grants.Length > 0);
        Assert.Equal(lines.Select(Shown), await RowsAsync(host, job));

        var manifest = await host.ManifestAsync(job);
        Assert.Equal(lines.Count, job.Rows);
        Assert.Equal((Four.From, Four.To + MeterRules.Default.LateWindow), (manifest.Ledger.From, manifest.Ledger.To));
        Assert.Equal(
            lines.GroupBy(line => (line.FeatureCode, line.PriceUnit)).OrderBy(group => group.Key.FeatureCode, StringComparer.Ordinal)
                .Select(group => new FeatureTotal(
                    group.Key.FeatureCode, group.Key.PriceUnit, group.Count(), group.Sum(line => line.Used),
                    group.Sum(line => line.Overage), group.Sum(line => line.Cost))),
            manifest.Totals);

        host.UtcNow = host.UtcNow.AddDays(3);
        Use(host, 99, host.UtcNow);
        var (findings, told) = await host.CheckAsync(job);
        Assert.True(findings.Differences == 0, string.Join('\n', told));
        Assert.Equal(job.Rows, findings.Rows);
    }

    [Theory]
    [InlineData(ExportReport.Billing, 0)]
    [InlineData(ExportReport.Billing, 96)]
    [InlineData(ExportReport.Usage, 0)]
    [InlineData(ExportReport.Usage, 96)]
    public async Task A_final_file_stays_proven_when_the_late_window_is_changed(ExportReport report, int hours)
    {
        var host = Played(Four.FinalFrom(MeterRules.Default.LateWindow), 5);
        var job = await host.ExportAsync(Order with { Report = report });
        Assert.Equal(ExportState.Final, job.State);

        host.Rules = host.Rules with { LateWindow = TimeSpan.FromHours(hours) };
        Use(host, 99, host.UtcNow);
        var (findings, told) = await host.CheckAsync(job);

        Assert.True(findings.Differences == 0, string.Join('\n', told));
    }

    [Fact]
    public async Task A_ledger_or_a_period_that_was_changed_afterwards_is_told()
    {
        var host = Played(Four.FinalFrom(MeterRules.Default.LateWindow), 2);
        Use(host, 1, host.UtcNow);
        var job = await host.ExportAsync(Order);

        host.Tamper("lic_003", 4, entry => entry with { Amount = entry.Amount + 1 });
        Assert.Contains((await host.CheckAsync(job)).Told, line => line.Contains("or their chains differ", StringComparison.Ordinal));

        host.TamperPeriod("lic_004", 2, period => period with { Cost = period.Cost + 1 });
        Assert.Contains(
            (await host.CheckAsync(job)).Told,
            line => line.StartsWith("Row of license_id \"lic_004\", period_end 2026-11-", StringComparison.Ordinal)
                && line.Contains(": cost is ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_provisional_file_has_no_open_period_and_with_its_adjustments_is_the_final_one()
    {
        var host = Played(ExportWorld.Days(0, 3).To.AddHours(5), 3);
        var provisional = await host.ExportAsync(Order);
        Assert.Equal(ExportState.Provisional, provisional.State);
        Assert.All(await RowsAsync(host, provisional), row => Assert.DoesNotContain("status=open", row, StringComparison.Ordinal));
        var before = (await host.ManifestAsync(provisional)).Totals;

        Play(host, Four.FinalFrom(MeterRules.Default.LateWindow), 4);
        var (findings, told) = await host.CheckAsync(provisional);
        Assert.True(findings.Differences == 0, string.Join('\n', told));
        Assert.True(findings.Changed > 0);

        var manifest = await host.ManifestAsync(await host.ExportAsync(Order));
        var changes = manifest.Adjustments!.Items;
        Assert.Equal(provisional.Id, manifest.Adjustments.OfExport);
        foreach (var after in manifest.Totals)
        {
            var known = before.SingleOrDefault(total => (total.FeatureCode, total.Unit) == (after.FeatureCode, after.Unit));
            var mine = changes.Where(change => (change.FeatureCode, change.Unit) == (after.FeatureCode, after.Unit)).ToList();
            Assert.Equal(
                (after.Count, after.Amount, after.Overage, after.Cost),
                ((known?.Count ?? 0) + mine.Sum(change => change.Count), (known?.Amount ?? 0) + mine.Sum(change => change.Amount),
                (known?.Overage ?? 0) + mine.Sum(change => change.Overage), (known?.Cost ?? 0) + mine.Sum(change => change.Cost)));
        }
    }

    [Fact]
    public async Task A_span_that_has_not_begun_has_no_lines()
    {
        var host = Played(Four.From, 1);
        var job = await host.ExportAsync(Order with { Span = ExportWorld.Days(3, 5) });
        Assert.Equal((ExportStatus.Done, ExportState.Provisional, 0L), (job.Status, job.State!.Value, job.Rows));
    }

    private static ExportHost Played(DateTimeOffset until, int seed)
    {
        var host = new ExportHost();
        var priced = Given.Priced(
            4, Given.From(0) with { UnitPrice = 0.5m, BasePrice = 2 },
            Given.From(4, Level.OverUsage, Policy.AllowWithOverage) with { UnitPrice = 0.25m });
        for (var i = 0; i < Licenses; i++)
        {
            var id = Id(i);
            host.Apply(id, new OpenLicense
            {
                LicenseId = id, TenantId = "tenant_1",
                Features =
                [
                    Given.Of(priced with { Reset = new Reset { Interval = Interval.Day } }),
                    new FeatureTerms(new Feature { Code = Storage }, Terms.Unlimited),
                ],
            }, "tenant_1");
            host.Apply(id, new OpenBalance { Unit = "USD", Amount = 40 }, "tenant_1");
            host.Apply(id, new AddGrant { FeatureCode = Given.Calls, Amount = 3 }, "tenant_1");
        }

        Play(host, until, seed);
        return host;
    }

    private static void Play(ExportHost host, DateTimeOffset until, int seed)
    {
        var random = new Random(seed);
        while (host.UtcNow < until)
        {
            host.UtcNow = host.UtcNow.AddHours(random.Next(3, 9));
            Use(host, seed, host.UtcNow.AddHours(-random.Next(30)), random.Next(5));
        }

        host.UtcNow = until;
    }

    // Of every license: no file but for all of them would find what is wrong in the order.
    private static void Use(ExportHost host, int seed, DateTimeOffset occurred, int amount = 2)
    {
        for (var i = 0; i < Licenses; i++)
        {
            foreach (var feature in new[] { Given.Calls, Storage })
            {
                host.Apply(Id(i), new RecordUse
                {
                    FeatureCode = feature, Given = amount + (i / 4m), OccurredAt = occurred,
                    EventId = $"{seed}_{host.UtcNow:O}_{feature}",
                });
            }
        }
    }

    private static string Id(int license) => $"lic_{license:D3}";

    private static async Task<IReadOnlyList<BillingLine>> LinesAsync(ExportHost host)
    {
        var report = await new BillingReports(host.Sources.Reports, new FixedCatalog([Given.Feature()]))
            .ReportAsync(new BillingQuery("tenant_1", Four.From, Four.To), host.UtcNow, default);
        Assert.True(report.IsFinal);
        return report.Lines;
    }

    private static string Shown(BillingLine line)
    {
        var row = new ExportRow(BillingRows.Columns);
        BillingRows.Fill(row, "tenant_1", line);
        return Shown(row);
    }

    private static string Shown(ExportRow row) =>
        string.Join(';', row.Columns.Select((column, index) => $"{column.Name}={row.Shown(index).Trim('"')}"));

    private static async Task<IReadOnlyList<string>> RowsAsync(ExportHost host, ExportJob job)
    {
        await using var reader = await ExportFormats.ReadAsync(
            (await host.Sink.OpenAsync(job.File!.Name, default))!, job.Order.Format, job.Order.Compress, BillingRows.Columns, default);
        var (rows, row) = (new List<string>(), new ExportRow(BillingRows.Columns));
        while (await reader.ReadAsync(row, default))
        {
            rows.Add(Shown(row));
        }

        return rows;
    }
}
