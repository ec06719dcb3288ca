using Metering.Reports.Tests.Support;
using Metering.Tests.Support;

namespace Metering.Reports.Tests.Billing;

/// <summary>What is billed where prices come in another unit while a period is open.</summary>
[Rule(7)]
public sealed class ChangedUnitTests
{
    private static readonly DateTimeOffset Start = Given.At("2026-03-01T00:00:00Z");
    private static readonly Terms InUsd = Given.Priced(100, Given.From(0) with { UnitPrice = 2, BasePrice = 1 });
    private static readonly Terms InEur = InUsd with { PriceUnit = "EUR" };
    private static readonly Reset Daily = new() { Interval = Interval.Day };

    private readonly Books books = new();

    [Fact]
    public async Task The_report_of_the_period_has_both_costs_and_the_use_once()
    {
        Open(InUsd);
        Use(5, Start.AddDays(3));
        Change(InEur, Start.AddDays(10));
        Use(3, Start.AddDays(12));
        Use(1, Start.AddDays(32));

        var report = await ReportAsync(Start, Start.AddMonths(1));

        Assert.Equal([("USD", true, 0m, 11m), ("EUR", false, 8m, 6m)], Told(report));
        var part = report.Lines[0];
        Assert.Equal((Start, Start.AddDays(10), PeriodStatus.Final), (part.PeriodStart, part.PeriodEnd, part.Status));
        Assert.Equal((1m, 10m, 5m), (part.BaseCost, part.UnitCost, Assert.Single(part.Tiers).Units));
        Assert.Equal((null, null, null, 0m), (part.Included, part.RolledIn, part.Allowance, part.CreditDrawn));
        Assert.Equal([new BillingTotal("EUR", 6, 0, 1), new BillingTotal("USD", 11, 0, 1)], report.Totals.AsEnumerable());
    }

    [Fact]
    public async Task There_and_back_has_a_line_for_each()
    {
        Open(InUsd);
        Use(5, Start.AddDays(3));
        Change(InEur, Start.AddDays(10));
        Use(3, Start.AddDays(12));
        Change(InUsd, Start.AddDays(20));
        Use(2, Start.AddDays(22));

        Assert.Equal(
            [("USD", true, 0m, 11m), ("EUR", true, 0m, 6m), ("USD", false, 10m, 4m)], Told(await ReportAsync(Start, Start.AddMonths(1))));
    }

    [Fact]
    public async Task Two_changes_in_one_millisecond_are_two_lines_of_one_order()
    {
        Open(InUsd);
        Use(5, Start);
        Change(InEur, Start);
        Use(3, Start);
        Change(InUsd, Start);

        Assert.Equal(
            [("EUR", true, 0m, 6m), ("USD", true, 0m, 11m), ("USD", false, 8m, 0m)], Told(await ReportAsync(Start.AddDays(-1), Start.AddMonths(1))));
    }

    [Fact]
    public async Task A_period_that_never_ends_is_billed_by_days_in_the_unit_of_each()
    {
        Open(InUsd with { Reset = Reset.Never });
        Use(5, Start.AddDays(3));
        Change(InEur with { Reset = Reset.Never }, Start.AddDays(10).AddHours(7));
        Use(3, Start.AddDays(10).AddHours(8));

        Assert.Equal([("USD", true, 5m, 11m), ("EUR", true, 3m, 6m)], Told(await ReportAsync(Start, Start.AddMonths(1))));
    }

    [Fact]
    public async Task What_a_period_without_an_end_takes_over_is_billed_in_its_own_unit_and_its_use_with_the_days()
    {
        Open(InUsd);
        Use(5, Start.AddDays(3));
        Change(InEur with { Reset = Daily }, Start.AddDays(10).AddHours(7));
        Use(3, Start.AddDays(10).AddHours(8));
        Change(InUsd with { PriceUnit = "credits", Reset = Reset.Never }, Start.AddDays(10).AddHours(9));
        Use(2, Start.AddDays(10).AddHours(10));

        // Late use of the time before is priced as it comes.
        Use(1, Start.AddDays(10).AddHours(11), Start.AddDays(10).AddHours(6));

        Assert.Equal(
            [("USD", true, 0m, 11m), ("EUR", true, 0m, 6m), ("credits", true, 11m, 6m)], Told(await ReportAsync(Start, Start.AddMonths(1))));
        var apart = new List<(string, bool, decimal, decimal)>();
        foreach (var (from, to) in new[] { (0, 10), (10, 11), (11, 31) })
        {
            apart.AddRange(Told(await ReportAsync(Start.AddDays(from), Start.AddDays(to))));
        }

        Assert.Equal([("USD", true, 0m, 11m), ("EUR", true, 0m, 6m), ("credits", true, 11m, 6m)], apart);
    }

    [Fact]
    public async Task A_statement_tells_the_part_and_what_rolled_over_all_the_same()
    {
        Open(InUsd with { RolloverMax = 30 });
        Use(80, Start.AddDays(3));
        Use(5, Start.AddMonths(1).AddDays(3));
        Change(InEur with { RolloverMax = 30 }, Start.AddMonths(1).AddDays(4));
        books.Now = Start.AddMonths(1).AddDays(5);

        var statement = await new StatementReports(books.Sources)
            .StatementAsync("lic_1", Start, null, withEntries: false, books.Now.Value, default);

        Assert.Equal(
            [(false, 20m, 161m, "USD"), (true, 0m, 11m, "USD"), (false, 0m, 0m, "EUR")],
            statement.Periods.Select(period => (period.IsPart, period.RolledOver, period.Cost, period.PriceUnit!)));
        Assert.Equal((20m, 5m), (statement.Periods[2].Opening, statement.Periods[2].Used));
    }

    private static IEnumerable<(string Unit, bool IsPart, decimal Used, decimal Cost)> Told(BillingReport report) =>
        report.Lines.Select(line => (line.PriceUnit!, line.IsPart, line.Used, line.Cost));

    private void Open(Terms terms) => books.Apply(
        "lic_1", new OpenLicense { LicenseId = "lic_1", TenantId = "tenant_1", Features = [Given.Of(terms)] }, Start);

    private void Use(decimal amount, DateTimeOffset at, DateTimeOffset? happened = null) =>
        books.Apply("lic_1", new RecordUse { FeatureCode = Given.Calls, Given = amount, OccurredAt = happened }, at);

    private void Change(Terms terms, DateTimeOffset at) => books.Apply("lic_1", new AssignFeature { Feature = Given.Of(terms) }, at);

    private Task<BillingReport> ReportAsync(DateTimeOffset from, DateTimeOffset to)
    {
        books.Now = Start.AddMonths(1).AddDays(5);
        return new BillingReports(books.Sources, new FixedCatalog([Given.Feature()]))
            .ReportAsync(new BillingQuery("tenant_1", from, to), books.Now.Value, default).AsTask();
    }
}
