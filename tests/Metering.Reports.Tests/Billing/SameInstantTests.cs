using Metering.Reports.Tests.Support;
using Metering.Tests.Support;

namespace Metering.Reports.Tests.Billing;

/// <summary>Use billed by days, in the very millisecond of a reset or of a change of the unit: billed once, and in its own unit.</summary>
[Rule(7)]
public sealed class SameInstantTests
{
    private static readonly DateTimeOffset Start = Given.At("2026-03-01T00:00:00Z");
    private static readonly Terms Monthly = Given.Priced(100, Given.From(0) with { UnitPrice = 2 });
    private static readonly Terms Endless = Monthly with { Reset = Reset.Never };

    private readonly Books books = new();

    [Theory]
    [InlineData("2026-03-10T07:00:00Z")]
    [InlineData("2026-03-10T00:00:00Z")]
    public async Task Use_and_a_reset_in_a_period_that_took_over_an_endless_one(string instant)
    {
        var at = Given.At(instant);
        Open(Endless);
        Use(1, Start.AddHours(1));
        Change(Monthly, Start.AddDays(3));
        Use(5, at);
        StartAnew(at);
        Use(2, at);
        Use(4, at.AddHours(1));

        Assert.Equal([(6m, 12m), (6m, 12m)], await ToldAsync());
    }

    [Fact]
    public async Task Two_resets_with_use_between_them()
    {
        var at = Start.AddDays(10).AddHours(7);
        Open(Endless);
        Change(Monthly, Start.AddDays(3));
        Use(5, at);
        StartAnew(at);
        Use(2, at);
        StartAnew(at);
        Use(4, at);

        Assert.Equal([(5m, 10m), (2m, 4m), (4m, 8m)], await ToldAsync());
    }

    [Fact]
    public async Task Use_and_a_reset_in_a_period_that_an_endless_one_takes_over()
    {
        var at = Start.AddDays(10).AddHours(7);
        Open(Monthly);
        Use(5, at);
        StartAnew(at);
        Use(2, at);
        Change(Endless, Start.AddDays(12));
        Use(4, Start.AddDays(13));

        Assert.Equal([(5m, 10m), (6m, 12m)], await ToldAsync());
    }

    [Theory]
    [InlineData("2026-03-10T07:00:00Z")]
    [InlineData("2026-03-10T00:00:00Z")]
    [InlineData("2026-03-01T00:00:00Z")]
    public async Task Use_and_another_unit_in_an_endless_period(string instant)
    {
        var at = Given.At(instant);
        Open(Endless);
        Use(5, at);
        Change(Endless with { PriceUnit = "EUR" }, at);
        Use(2, at);
        Use(4, at.AddDays(1));

        Assert.Equal([(5m, 10m), (6m, 12m)], await ToldAsync("USD", "EUR"));
    }

    [Fact]
    public async Task Use_a_reset_and_a_change_to_an_endless_period_in_another_unit()
    {
        var at = Start.AddDays(10).AddHours(7);
        Open(Monthly);
        Use(5, at);
        StartAnew(at);
        Use(2, at);
        Change(Endless with { PriceUnit = "EUR" }, at);
        Use(4, at);

        Assert.Equal([(5m, 10m), (0m, 4m), (6m, 8m)], await ToldAsync("USD", "USD", "EUR"));
    }

    [Theory]
    [InlineData(MetricType.Gauge)]
    [InlineData(MetricType.UpDown)]
    public async Task A_level_that_rises_and_is_reset(MetricType metric)
    {
        var at = Start.AddDays(10).AddHours(7);
        Open(Endless, metric);
        Use(1, at.AddHours(-1));
        Change(Monthly, at.AddMinutes(-1), metric);
        Use(metric == MetricType.Gauge ? 6 : 5, at);
        StartAnew(at);

        // The level at the end, before the reset took it to zero.
        Assert.Equal([(6m, 12m), (0m, 0m)], await ToldAsync());
    }

    private async Task<IEnumerable<(decimal Used, decimal Cost)>> ToldAsync(params string[] units)
    {
        books.Now = Start.AddMonths(1).AddDays(5);
        var reports = new BillingReports(books.Sources, new FixedCatalog([Given.Feature()]));
        var report = await reports.ReportAsync(new BillingQuery("tenant_1", Start.AddDays(-1), books.Now.Value), books.Now.Value, default);
        Assert.All(report.Lines.Zip(units), line => Assert.Equal(line.Second, line.First.PriceUnit));

        // The same in bills of days that follow one another.
        var cost = 0m;
        for (var day = Start.AddDays(-1); day < books.Now; day = day.AddDays(1))
        {
            var one = await reports.ReportAsync(new BillingQuery("tenant_1", day, day.AddDays(1)), books.Now.Value, default);
            cost += one.Lines.Sum(line => line.Cost);
        }

        var told = report.Lines.Where(line => line.PeriodEnd <= books.Now || line.Cost != 0).ToList();
        Assert.Equal(told.Sum(line => line.Cost), cost);
        return told.Select(line => (line.Used, line.Cost));
    }

    private void Open(Terms terms, MetricType metric = MetricType.Counter) => books.Apply(
        "lic_1", new OpenLicense { LicenseId = "lic_1", TenantId = "tenant_1", Features = [Given.Of(terms, metric: metric)] }, Start);

    private void Use(decimal amount, DateTimeOffset at) =>
        books.Apply("lic_1", new RecordUse { FeatureCode = Given.Calls, Given = amount }, at);

    private void Change(Terms terms, DateTimeOffset at, MetricType metric = MetricType.Counter) =>
        books.Apply("lic_1", new AssignFeature { Feature = Given.Of(terms, metric: metric) }, at);

    private void StartAnew(DateTimeOffset at) =>
        books.Apply("lic_1", new ResetUsage { FeatureCode = Given.Calls, KeepAnchor = true }, at);
}
