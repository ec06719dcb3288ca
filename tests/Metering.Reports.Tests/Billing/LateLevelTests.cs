using Metering.Reports.Tests.Support;
using Metering.Tests.Support;

namespace Metering.Reports.Tests.Billing;

/// <summary>
/// Late use of a standing level is charged in the period in which it is reported: it is billed with that one, also where days are billed
/// before the end of a period or after it.
/// </summary>
[Rule(7)]
[Rule(10)]
public sealed class LateLevelTests
{
    private static readonly DateTimeOffset March = Given.At("2026-03-01T00:00:00Z");
    private static readonly DateTimeOffset April = March.AddMonths(1);
    private static readonly Terms Monthly = Given.Priced(100, Given.From(0) with { UnitPrice = 2 }) with
    {
        Reset = new Reset { Interval = Interval.Month, Anchor = AnchorKind.Calendar },
    };

    private static readonly Terms Endless = Monthly with { Reset = Reset.Never };

    private readonly Books books = new();

    [Theory]
    [InlineData("USD")]
    [InlineData("EUR")]
    public async Task Of_the_month_before_the_one_that_days_take_over(string unit)
    {
        Open(Monthly);
        Use(1, March.AddDays(3));
        Use(5, April.AddHours(1), April.AddHours(-1));
        Give(Endless with { PriceUnit = unit }, April.AddHours(3));
        Use(1, April.AddDays(3));

        (decimal, string)[] told = unit == "USD" ? [(2, "USD"), (12, "USD")] : [(2, "USD"), (10, "USD"), (2, "EUR")];
        Assert.Equal(told, await CostsAsync());
    }

    [Theory]
    [InlineData("USD")]
    [InlineData("EUR")]
    public async Task Of_the_month_that_took_over_days(string unit)
    {
        Open(Endless);
        Use(1, March.AddDays(3));
        Give(Monthly, March.AddDays(5));
        Use(5, April.AddHours(1), April.AddHours(-1));
        Give(Monthly with { PriceUnit = unit }, April.AddHours(3));
        Use(1, April.AddDays(3));

        (decimal, string)[] told = unit == "USD" ? [(2, "USD"), (12, "USD")] : [(2, "USD"), (10, "USD"), (2, "EUR")];
        Assert.Equal(told, await CostsAsync());
    }

    // In one bill, and the same in bills of days.
    private async Task<List<(decimal Cost, string Unit)>> CostsAsync()
    {
        books.Now = April.AddMonths(1).AddDays(5);
        var reports = new BillingReports(books.Sources, new FixedCatalog([Given.Feature()]));
        var whole = await LinesAsync(March.AddDays(-1), books.Now.Value);
        var days = new List<BillingLine>();
        for (var day = March.AddDays(-1); day < books.Now; day = day.AddDays(1))
        {
            days.AddRange(await LinesAsync(day, day.AddDays(1)));
        }

        foreach (var unit in whole.Concat(days).Select(line => line.PriceUnit).Distinct())
        {
            Assert.Equal(whole.Sum(line => In(line, unit)), days.Sum(line => In(line, unit)));
        }

        return whole.ConvertAll(line => (line.Cost, line.PriceUnit!));

        async Task<List<BillingLine>> LinesAsync(DateTimeOffset from, DateTimeOffset to)
        {
            var report = await reports.ReportAsync(new BillingQuery("tenant_1", from, to), books.Now.Value, default);
            return [.. report.Lines.Where(line => line.Cost != 0)];
        }

        static decimal In(BillingLine line, string? unit) => line.PriceUnit == unit ? line.Cost : 0;
    }

    private void Open(Terms terms) => books.Apply(
        "lic_1", new OpenLicense { LicenseId = "lic_1", TenantId = "tenant_1", Features = [Feature(terms)] }, March);

    private void Use(decimal amount, DateTimeOffset at, DateTimeOffset? happened = null) =>
        books.Apply("lic_1", new RecordUse { FeatureCode = Given.Calls, Given = amount, OccurredAt = happened }, at);

    private void Give(Terms terms, DateTimeOffset at) => books.Apply("lic_1", new AssignFeature { Feature = Feature(terms) }, at);

    private static FeatureTerms Feature(Terms terms) => Given.Of(terms, metric: MetricType.UpDown);
}
