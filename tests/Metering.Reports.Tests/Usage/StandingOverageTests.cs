using Metering.Reports.Tests.Support;
using Metering.Tests.Properties;
using Metering.Tests.Support;

namespace Metering.Reports.Tests.Usage;

/// <summary>A standing level's overage is the same in usage reports, bills and the meter, whatever moved it.</summary>
[Rule(9)]
public sealed class StandingOverageTests
{
    private const int Histories = 100;
    private static readonly DateTimeOffset Start = Given.At("2026-03-01T00:00:00Z");

    [Theory]
    [InlineData(MetricType.Gauge)]
    [InlineData(MetricType.UpDown)]
    public async Task A_limit_that_falls_below_the_level_shows_in_the_report_and_the_bill(MetricType metric)
    {
        var books = Open(metric, 32);
        books.Apply("lic_1", new RecordUse { FeatureCode = Given.Calls, Given = 20 }, Start.AddDays(1));
        books.Apply("lic_1", new AssignFeature { Feature = Of(metric, 16) }, Start.AddDays(2));
        await Agrees(books, Start.AddDays(2).AddHours(1), 4);

        books.Apply("lic_1", new RecordUse { FeatureCode = Given.Calls, Given = metric == MetricType.Gauge ? 19 : -1 }, Start.AddDays(3));
        await Agrees(books, Start.AddDays(3).AddHours(1), 3);

        // By day, each move is where it belongs.
        var report = await ReportAsync(books, Granularity.Day, Start.AddDays(4));
        Assert.Equal([(0m, 0L), (0, 1), (4, 1), (-1, 1)], report.Buckets.Select(day => (day.Overage, day.Count)));
    }

    [Fact]
    public async Task A_grant_that_covers_the_level_shows_in_the_report_and_the_bill()
    {
        var books = Open(MetricType.Gauge, 16);
        books.Apply("lic_1", new RecordUse { FeatureCode = Given.Calls, Given = 20 }, Start.AddHours(10));
        await Agrees(books, Start.AddHours(11), 4);

        books.Apply("lic_1", new AddGrant { FeatureCode = Given.Calls, Amount = 10 }, Start.AddHours(12));
        await Agrees(books, Start.AddHours(13), 0);

        // By hour, which the ledger tells, a grant's amount is no use.
        var report = await ReportAsync(books, Granularity.Hour, Start.AddHours(13));
        Assert.Equal(
            [(10, 20m, 4m), (11, 20, 0), (12, 20, -4)],
            report.Buckets.Where(hour => hour.Start.Hour >= 10).Select(hour => (hour.Start.Hour, hour.Total, hour.Overage)));
    }

    [Fact]
    public void In_all_its_time_a_levels_overage_comes_to_the_meters() => Samples.Check(
        "overage", Histories, History.Of(50), history =>
        {
            var evidence = Evidence.Of(history);
            var books = new Books();
            books.Put(evidence.State, evidence.Entries, evidence.Rollups, evidence.Periods);
            var end = new ReportSpan(evidence.State.LastSeen, evidence.State.LastSeen).WholeDays().To;
            foreach (var meter in evidence.State.Meters.Where(meter => meter.Feature.IsLevel))
            {
                decimal sum = 0;
                for (var from = ReportSpan.Floor(evidence.State.CreatedAt).AddDays(-2); from < end; from = from.AddDays(400))
                {
                    var to = from.AddDays(400) < end ? from.AddDays(400) : end;
                    var query = new UsageQuery("tenant_1", meter.Feature.Code) { From = from, To = to, Granularity = Granularity.Day };
                    sum += new UsageReports(books.Sources).SummaryAsync(query, evidence.State.LastSeen, default).AsTask()
                        .GetAwaiter().GetResult().Overage;
                }

                Assert.Equal(meter.Overage, sum);
            }
        },
        history => history.Shorter());

    private static Books Open(MetricType metric, decimal limit)
    {
        var books = new Books();
        books.Apply("lic_1", new OpenLicense { LicenseId = "lic_1", TenantId = "tenant_1", Features = [Of(metric, limit)] }, Start);
        return books;
    }

    private static FeatureTerms Of(MetricType metric, decimal limit) =>
        Given.Of(Given.Limit(limit, over: Policy.AllowWithOverage), metric: metric);

    private static async Task Agrees(Books books, DateTimeOffset now, decimal overage)
    {
        books.Now = now;
        var bill = await new BillingReports(books.Sources, new FixedCatalog([Given.Feature()]))
            .ReportAsync(new BillingQuery("tenant_1"), now, default);
        Assert.Equal(overage, Assert.Single(bill.Lines).Overage);
        Assert.Equal(overage, (await ReportAsync(books, Granularity.Day, now)).Overage);
        Assert.Equal(overage, LicenseMeter.Usage(books.State("lic_1"), now, MeterRules.Default)[0].Overage);
    }

    private static async Task<UsageSummary> ReportAsync(Books books, Granularity granularity, DateTimeOffset now) =>
        await new UsageReports(books.Sources).SummaryAsync(
            new UsageQuery("tenant_1", Given.Calls) { From = Start, To = now, Granularity = granularity }, now, default);
}
