using System.Text;
using Metering.Reports.Tests.Support;
using Metering.Tests.Support;

namespace Metering.Reports.Tests.Billing;

public sealed class BillingReportTests
{
    private static readonly DateTimeOffset Start = Given.At("2026-03-01T00:00:00Z");

    private static readonly Terms Terms = Given.Priced(
        100, Given.From(0) with { UnitPrice = 0.5m, BasePrice = 2 }, Given.From(10) with { UnitPrice = 0.25m });

    [Fact]
    public async Task A_line_tells_the_cost_by_tier_the_credit_and_the_grants()
    {
        var books = Open("lic_1");
        books.Apply("lic_1", new OpenBalance { Unit = "USD", Amount = 100 }, Start);
        books.Apply("lic_1", new AddGrant { FeatureCode = Given.Calls, Amount = 20 }, Start);
        books.Apply("lic_1", new Consume { FeatureCode = Given.Calls, Given = 110 }, Start.AddDays(3));
        books.Now = Start.AddMonths(1).AddDays(3);

        var report = await ReportAsync(books, Start, Start.AddMonths(1));

        var line = Assert.Single(report.Lines);
        Assert.Equal((100m, 120m, 110m, 0m), (line.Included, line.Allowance, line.Used, line.Overage));
        Assert.Equal((2m, 30m, 32m, 32m, 68m), (line.BaseCost, line.UnitCost, line.Cost, line.CreditDrawn, line.CreditLeft));
        Assert.Equal([new TierCharge("0", 0.5m, 10, 5, 2), new TierCharge("10", 0.25m, 100, 25, 0)], line.Tiers.AsEnumerable());
        Assert.Equal(10, Assert.Single(line.Grants).Used);
        Assert.Equal([new BillingTotal("USD", 32, 32, 1)], report.Totals.AsEnumerable());
        Assert.True(report.IsFinal);
    }

    [Fact]
    public async Task Open_periods_are_told_where_no_span_ends_before_them()
    {
        var books = Open("lic_1");
        books.Apply("lic_1", new RecordUse { FeatureCode = Given.Calls, Given = 3 }, Start);
        books.Now = Start.AddDays(5);

        var report = await ReportAsync(books, null, null);

        Assert.Equal(PeriodStatus.Open, Assert.Single(report.Lines).Status);
        Assert.False(report.IsFinal);
        Assert.Empty((await ReportAsync(books, Start.AddDays(-5), Start.AddDays(4))).Lines);
    }

    [Fact]
    public async Task Use_of_a_period_without_an_end_is_billed_once_though_an_operator_resets_it()
    {
        var books = new Books();
        var endless = Given.Priced(100, Given.From(0) with { UnitPrice = 0.5m }) with { Reset = Reset.Never };
        books.Apply("lic_1", new OpenLicense { LicenseId = "lic_1", TenantId = "tenant_1", Features = [Given.Of(endless)] }, Start);
        books.Apply("lic_1", new RecordUse { FeatureCode = Given.Calls, Given = 5 }, Start.AddDays(3));
        books.Apply("lic_1", new ResetUsage { FeatureCode = Given.Calls }, Start.AddDays(10));
        books.Apply("lic_1", new RecordUse { FeatureCode = Given.Calls, Given = 2 }, Start.AddDays(12));
        books.Now = Start.AddMonths(1).AddDays(3);

        var line = Assert.Single((await ReportAsync(books, Start, Start.AddMonths(1))).Lines);

        Assert.Equal((7m, 3.5m, true), (line.Used, line.Cost, line.IsPart));
    }

    [Fact]
    public async Task A_day_is_billed_once_though_its_feature_changes_between_months_and_no_end_and_what_was_final_stays()
    {
        var books = new Books();
        var endless = Given.Priced(100, Given.From(0) with { UnitPrice = 0.5m }) with { Reset = Reset.Never };
        var monthly = endless with { Reset = new Reset { Interval = Interval.Month } };
        books.Apply("lic_1", new OpenLicense { LicenseId = "lic_1", TenantId = "tenant_1", Features = [Given.Of(endless)] }, Start);
        Use(5, Start.AddDays(3));
        books.Now = Start.AddDays(8);
        var early = await ReportAsync(books, Start, Start.AddDays(6));
        Change(monthly, Start.AddDays(10).AddHours(7));
        Use(7, Start.AddDays(12));
        Use(11, Start.AddMonths(1).AddDays(2));
        Change(endless with { PriceUnit = "credits" }, Start.AddMonths(1).AddDays(5).AddHours(7));
        Use(13, Start.AddMonths(1).AddDays(5).AddHours(8));
        books.Now = Start.AddMonths(3);

        var again = await ReportAsync(books, Start, Start.AddDays(6));
        Assert.Equal(early.Lines.Select(line => line.Used), again.Lines.Select(line => line.Used));
        var rest = (await ReportAsync(books, Start.AddDays(6), Start.AddMonths(3))).Lines;

        // What was used from the first change until the month's end is still billed by days; the next period was replaced before its end.
        Assert.Equal(
            [(7m, 3.5m, "USD", true), (0m, 5.5m, "USD", true), (24m, 6.5m, "credits", true)],
            rest.Select(line => (line.Used, line.Cost, line.PriceUnit!, line.IsPart)));
        return;

        void Use(decimal amount, DateTimeOffset at) => books.Apply("lic_1", new RecordUse { FeatureCode = Given.Calls, Given = amount }, at);
        void Change(Terms terms, DateTimeOffset at) => books.Apply("lic_1", new AssignFeature { Feature = Given.Of(terms) }, at);
    }

    [Fact]
    public async Task A_deleted_license_is_billed_for_its_past_and_no_more()
    {
        var books = Open("lic_1");
        books.Apply("lic_1", new RecordUse { FeatureCode = Given.Calls, Given = 3 }, Start);
        books.Apply("lic_1", new ChangeLicense { Deleted = true }, Start.AddDays(40));
        books.Now = Start.AddDays(41);

        Assert.Equal([(3m, PeriodStatus.Final)], (await ReportAsync(books, null, null)).Lines.Select(line => (line.Used, line.Status)));
    }

    [Fact]
    public async Task Csv_has_exact_decimals_and_runs_no_formula()
    {
        var books = Open("=cmd|' /C calc'!A0");
        books.Apply("=cmd|' /C calc'!A0", new RecordUse { FeatureCode = Given.Calls, Given = 0.000000001m }, Start);
        books.Now = Start.AddMonths(1).AddDays(3);
        using var stream = new MemoryStream();

        await BillingRows.WriteCsvAsync(stream, await ReportAsync(books, Start, Start.AddMonths(1)), default);

        var lines = Encoding.UTF8.GetString(stream.ToArray()).Split("\r\n");
        Assert.StartsWith("license_id,tenant_id,feature_code,plan_id,period_start,period_end,status", lines[0], StringComparison.Ordinal);
        Assert.StartsWith(
            "\"'=cmd|' /C calc'!A0\",tenant_1,calls,,2026-03-01T00:00:00Z,2026-04-01T00:00:00Z,final,false,false,100,0,100,0.000000001,0,2,",
            lines[1], StringComparison.Ordinal);
        Assert.EndsWith(",line", lines[1], StringComparison.Ordinal);
        Assert.Equal(",tenant_1,,,2026-03-01T00:00:00Z,2026-04-01T00:00:00Z,final,,,,,,,,,,2,USD,0,,,,total", lines[2]);
        Assert.Equal((4, ""), (lines.Length, lines[3]));
    }

    [Fact]
    public async Task What_is_gone_and_who_is_unknown_is_told()
    {
        var books = Open("lic_1");
        books.Now = Start.AddDays(60);
        books.KeptFrom = Start.AddDays(20);

        var removed = await Assert.ThrowsAsync<ReportRefusedException>(() => ReportAsync(books, Start.AddDays(1), Start.AddDays(50)));
        var unknown = await Assert.ThrowsAsync<ReportRefusedException>(() => ReportAsync(new Books { Now = Start }, null, null));

        Assert.Equal((ReportRefusal.EvidenceRemoved, ReportRefusal.NoLicense), (removed.Refusal, unknown.Refusal));
    }

    private static Books Open(string id)
    {
        var books = new Books();
        books.Apply(id, new OpenLicense { LicenseId = id, TenantId = "tenant_1", Features = [Given.Of(Terms)] }, Start);
        return books;
    }

    private static Task<BillingReport> ReportAsync(Books books, DateTimeOffset? from, DateTimeOffset? to) =>
        new BillingReports(books.Sources, new FixedCatalog([Given.Feature()]))
            .ReportAsync(new BillingQuery("tenant_1", from, to), books.Now!.Value, default).AsTask();
}
