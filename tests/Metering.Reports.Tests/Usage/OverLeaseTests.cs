using Metering.Reports.Tests.Support;
using Metering.Tests.Support;

namespace Metering.Reports.Tests.Usage;

/// <summary>Use of a lease whose time is over, told after it happened: reports have it where the meter has counted it.</summary>
[Rule(9)]
[Rule(10)]
public sealed class OverLeaseTests
{
    private static readonly Terms Monthly = Given.Priced(null, Given.From(0) with { UnitPrice = 1 });

    private readonly Books books = new();

    [Fact]
    public async Task It_is_billed_once_though_its_day_has_a_part_of_two_lines()
    {
        Open(Monthly with { Reset = Reset.Never });
        Do(new Consume { FeatureCode = Given.Calls, Given = 3 }, "2026-01-10T08:00:00Z");
        var lease = Lease("2026-01-10T08:00:00Z");
        Do(new AssignFeature { Feature = Given.Of(Monthly) }, "2026-01-10T09:00:00Z");
        Do(new ResetUsage { FeatureCode = Given.Calls }, "2026-01-10T10:00:00Z");
        Spend(lease, "2026-01-10T18:00:00Z", told: "2026-01-11T00:10:00Z");
        books.Now = Given.At("2026-02-20");

        var report = await new BillingReports(books.Sources, new FixedCatalog([Given.Feature()])).ReportAsync(
            new BillingQuery("tenant_1", Given.At("2026-01-01"), Given.At("2026-02-19")), books.Now.Value, default);

        Assert.Equal([(3m, true), (4m, false)], report.Lines.Where(line => line.Used > 0).Select(line => (line.Cost, line.IsPart)));
        Assert.Equal(93, books.State("lic_1").FindBalance("USD")!.Amount);
    }

    [Fact]
    public async Task A_report_by_hours_has_it_in_the_hour_in_which_it_happened()
    {
        Open(Monthly);
        Spend(Lease("2026-01-10T08:00:00Z"), "2026-01-10T10:30:00Z", told: "2026-01-11T00:10:00Z");

        Assert.Equal(Given.At("2026-01-10T10:00:00Z"), await OnlyBucketAsync("2026-01-10", "2026-01-11", Granularity.Hour));
    }

    [Fact]
    public async Task A_report_by_periods_has_it_in_the_period_in_which_it_counts()
    {
        var berlin = new Reset { Interval = Interval.Month, Anchor = AnchorKind.Calendar, TimeZone = "Europe/Berlin" };
        Open(Monthly with { Reset = berlin });
        Spend(Lease("2026-01-31T20:00:00Z"), "2026-01-31T23:30:00Z", told: "2026-02-01T00:10:00Z");

        Assert.Equal(Given.At("2026-01-31T23:00:00Z"), books.Of("lic_1")[^1].Period!.Start);
        Assert.Equal(Given.At("2026-01-31T23:00:00Z"), await OnlyBucketAsync("2026-01-15", "2026-02-15", Granularity.Period));
    }

    [Fact]
    public async Task What_is_told_after_the_late_window_counts_when_it_came()
    {
        Open(Monthly);
        Spend(Lease("2026-01-10T08:00:00Z"), "2026-01-10T10:30:00Z", told: "2026-01-12T06:10:00Z");

        Assert.Equal(Given.At("2026-01-12T06:00:00Z"), await OnlyBucketAsync("2026-01-10", "2026-01-13", Granularity.Hour));
    }

    private void Open(Terms terms)
    {
        Do(new OpenLicense { LicenseId = "lic_1", TenantId = "tenant_1", Features = [Given.Of(terms)] }, "2026-01-01");
        Do(new OpenBalance { Unit = "USD", Amount = 100 }, "2026-01-01");
    }

    private string Lease(string at) => Assert.IsType<HoldAnswer>(Do(
        new OpenHold { FeatureCode = Given.Calls, Amount = 6, TtlSeconds = 3 * 3600, Kind = HoldKind.Lease, Fingerprint = "machine_1" },
        at)).Id;

    private void Spend(string lease, string at, string told) =>
        Assert.IsType<UsageAnswer>(Do(new RecordUse { FeatureCode = "", Given = 4, OccurredAt = Given.At(at), LeaseId = lease }, told));

    private Answer Do(Command command, string at) => books.Apply("lic_1", command, Given.At(at)).Answer;

    private async Task<DateTimeOffset> OnlyBucketAsync(string from, string to, Granularity granularity)
    {
        var query = new UsageQuery("tenant_1", Given.Calls) { From = Given.At(from), To = Given.At(to), Granularity = granularity };
        var report = await new UsageReports(books.Sources).SummaryAsync(query, Given.At("2026-03-01"), default);
        return Assert.Single(report.Buckets, bucket => bucket.Total == 4).Start;
    }
}
