namespace Metering.Reports.Tests.Exports;

/// <summary>What a provisional file says and what has changed since are, together, what the final file says, and the ledger.</summary>
public sealed class AdjustmentProperties
{
    [Theory]
    [InlineData(ExportReport.Usage, ExportFormat.Csv)]
    [InlineData(ExportReport.Usage, ExportFormat.Parquet)]
    [InlineData(ExportReport.Ledger, ExportFormat.Jsonl)]
    public async Task Provisional_and_adjustments_are_final_and_the_ledger(ExportReport report, ExportFormat format)
    {
        var (differing, late) = (0, 0);
        for (var seed = 0; seed < 25; seed++)
        {
            var world = new ExportWorld(seed, licenses: 1 + (seed % 5));
            var host = world.Host;
            var order = new ExportOrder { Report = report, Span = ExportWorld.Days(1, 4), Format = format };

            // In the middle of the span, at its end, or while its late window is open.
            world.PlayUntil(order.Span.From.AddHours(30 + (seed * 2)));
            var provisional = await host.ExportAsync(order);
            Assert.Equal(ExportState.Provisional, provisional.State);

            world.PlayUntil(order.Span.FinalFrom(MeterRules.Default.LateWindow));
            var final = await host.ExportAsync(order with { Compress = format == ExportFormat.Parquet ? default : ExportCompression.Gzip });
            Assert.Equal((ExportStatus.Done, ExportState.Final), (final.Status, final.State!.Value));
            var manifest = await host.ManifestAsync(final);
            Assert.Equal(provisional.Id, manifest.Adjustments!.OfExport);

            var before = await SumsAsync(host, provisional);
            var after = await SumsAsync(host, final);
            var changes = manifest.Adjustments.Items.ToDictionary(
                one => (one.LicenseId, one.FeatureCode, one.Day), one => new UsageSums(one.Count, one.Amount, one.Overage, one.Cost));
            Assert.Equal(manifest.Adjustments.Count, changes.Count);
            foreach (var key in before.Keys.Union(after.Keys).Union(changes.Keys))
            {
                Assert.Equal(
                    after.GetValueOrDefault(key), before.GetValueOrDefault(key).Plus(changes.GetValueOrDefault(key)));
            }

            differing += changes.Count > 0 ? 1 : 0;
            late += host.Entries(ExportWorld.Id(0))
                .Count(entry => entry.At >= order.Span.To && entry.Day < ExportSpan.DayOf(order.Span.To));

            // And by another way: straight from the entries.
            Assert.Equal(
                Plain(host, order, 1 + (seed % 5)),
                manifest.Totals.ToDictionary(total => total.FeatureCode, total => (total.Count, total.Amount, total.Overage)));

            // Nothing comes to it any more, so that another final file says the same.
            world.PlayUntil(host.UtcNow.AddDays(3));
            var (findings, told) = await host.CheckAsync(final);
            Assert.True(findings.Differences == 0, string.Join('\n', told));
        }

        Assert.True(differing > 15 && late > 5, $"only {differing} of the histories changed, {late} entries came late");
    }

    [Fact]
    public async Task More_adjustments_than_a_manifest_lists_are_in_a_file_of_their_own()
    {
        var host = new ExportHost();
        var span = ExportWorld.Days(0, 1);
        const int Licenses = ExportAdjustments.MaxItems + 25;
        for (var i = 0; i < Licenses; i++)
        {
            host.Apply($"lic_{i:D6}", new OpenLicense
            {
                LicenseId = $"lic_{i:D6}", TenantId = "acme",
                Features = [new FeatureTerms(new Feature { Code = "calls" }, Terms.Unlimited)],
            });
        }

        var order = new ExportOrder { Report = ExportReport.Usage, Span = span, Format = ExportFormat.Csv };
        await host.ExportAsync(order);
        host.UtcNow = span.From.AddHours(1);
        for (var i = 0; i < Licenses; i++)
        {
            host.Apply($"lic_{i:D6}", new RecordUse { FeatureCode = "calls", Given = 2 });
        }

        host.UtcNow = span.FinalFrom(MeterRules.Default.LateWindow);
        var final = await host.ExportAsync(order);
        var adjustments = (await host.ManifestAsync(final)).Adjustments!;
        Assert.Equal((Licenses, ExportAdjustments.MaxItems), (adjustments.Count, adjustments.Items.Length));
        Assert.Equal(adjustments.File!.Name, final.AdjustmentsName);
        var lines = System.Text.Encoding.UTF8.GetString(host.Sink.Files[final.AdjustmentsName!]).Split('\n');
        Assert.Equal(25 + 1, lines.Length);
        Assert.Equal(
            """{"license_id":"lic_001000","feature_code":"calls","day":"2026-11-01","count":1,"amount":2,"overage":0,"cost":0}""", lines[0]);
    }

    [Fact]
    public async Task A_provisional_file_that_was_changed_is_not_built_on_and_one_that_was_taken_away_is_not_missed()
    {
        var world = new ExportWorld(3);
        var order = new ExportOrder { Report = ExportReport.Usage, Span = ExportWorld.Days(0, 1), Format = ExportFormat.Csv };
        world.PlayUntil(order.Span.To);
        var provisional = await world.Host.ExportAsync(order);
        world.PlayUntil(order.Span.FinalFrom(MeterRules.Default.LateWindow));
        world.Host.Sink.Files[provisional.File!.Name][^3] ^= 1;

        var failed = await world.Host.ExportAsync(order);
        Assert.Equal((ExportStatus.Failed, ExportFailure.ProvisionalChanged), (failed.Status, failed.FailureCode));
        world.Host.Sink.Files.Remove(provisional.File.Name);
        var final = await world.Host.ExportAsync(order);
        Assert.Null((await world.Host.ManifestAsync(final)).Adjustments);
    }

    private static Dictionary<string, (long, decimal, decimal)> Plain(ExportHost host, ExportOrder order, int licenses)
    {
        var (from, to) = (ExportSpan.DayOf(order.Span.From), ExportSpan.DayOf(order.Span.To));
        return Enumerable.Range(0, licenses).SelectMany(license => host.Entries(ExportWorld.Id(license)))
            .Where(entry => entry.Day is { } day
                && (order.Report == ExportReport.Usage ? day >= from && day < to : entry.At >= order.Span.From && entry.At < order.Span.To))
            .GroupBy(entry => entry.FeatureCode!)
            .ToDictionary(
                feature => feature.Key,
                feature => (feature.LongCount(), feature.Sum(entry => entry.Amount), feature.Sum(entry => entry.Overage)));
    }

    private static async Task<Dictionary<(string, string, DateOnly), UsageSums>> SumsAsync(ExportHost host, ExportJob job)
    {
        var report = host.Sources.RowsOf(job.Order.Report, job.StartedAt!.Value);
        await using var reader = await ExportFormats.ReadAsync(
            (await host.Sink.OpenAsync(job.File!.Name, default))!, job.Order.Format, job.Order.Compress, report.Columns, default);
        var (sums, row) = (new Dictionary<(string, string, DateOnly), UsageSums>(), new ExportRow(report.Columns));
        while (await reader.ReadAsync(row, default))
        {
            if (report.TryCount(row, out var count))
            {
                var key = (row.Text(0)!, count.FeatureCode, count.Day);
                sums[key] = sums.GetValueOrDefault(key).Plus(count.Sums);
            }
        }

        return sums;
    }
}
