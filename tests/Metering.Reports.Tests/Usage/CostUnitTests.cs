using Metering.Reports.Tests.Support;
using Metering.Tests.Support;

namespace Metering.Reports.Tests.Usage;

/// <summary>A usage report has its cost where its span was charged in one unit, whatever was charged before and after it.</summary>
[Rule(7)]
public sealed class CostUnitTests
{
    private static readonly DateTimeOffset March = Given.At("2026-03-01");
    private static readonly Terms InUsd = Given.Priced(null, Given.From(0) with { UnitPrice = 2 }) with
    {
        Reset = new Reset { Interval = Interval.Month, Anchor = AnchorKind.Calendar },
    };

    private static readonly Terms InEur = InUsd with { PriceUnit = "EUR" };

    private readonly Books books = new();

    [Theory]
    [InlineData("2026-03-15")]
    [InlineData("2026-05-15")]
    public async Task An_open_period_that_was_charged_in_a_new_unit_only_after_the_span(string now)
    {
        Open(InUsd, March.AddDays(-20));
        Use(3, March.AddDays(-5));
        Change(InEur, March.AddDays(9));
        Use(5, March.AddDays(11));

        Assert.Equal((6m, "USD"), await CostAsync(March.AddDays(-10), March.AddDays(4), now));
        Assert.Equal((10m, "EUR"), await CostAsync(March, March.AddDays(14), now));
        Assert.Equal((null, null), await CostAsync(March.AddDays(-10), March.AddDays(14), now));
    }

    [Theory]
    [InlineData("2026-03-15")]
    [InlineData("2026-05-15")]
    public async Task What_was_charged_in_the_old_unit_before_the_span(string now)
    {
        Open(InUsd, March);
        Use(3, March.AddDays(2));
        Change(InEur, March.AddDays(9));
        Use(5, March.AddDays(11));

        Assert.Equal((10m, "EUR"), await CostAsync(March.AddDays(4), March.AddDays(14), now));
    }

    [Fact]
    public async Task What_was_charged_after_the_span_on_a_day_that_it_cuts()
    {
        Open(InUsd, March);
        Use(3, March.AddDays(2));
        Change(InEur, March.AddDays(4).AddHours(12));
        Use(5, March.AddDays(5).AddHours(15));

        Assert.Equal((6m, "USD"), await CostAsync(March, March.AddDays(5).AddHours(9), "2026-03-11", Granularity.Hour));
    }

    [Fact]
    public async Task A_part_that_was_charged_only_after_the_span()
    {
        Open(InEur, March.AddDays(-20));
        Use(3, March.AddDays(-5));
        Change(InUsd, March.AddDays(3));
        Use(1, March.AddDays(6));
        Change(InEur, March.AddDays(9));

        Assert.Equal((6m, "EUR"), await CostAsync(March.AddDays(-10), March.AddDays(5), "2026-03-15"));
    }

    [Theory]
    [InlineData(0, 12, "USD", 6)]
    [InlineData(13, 24, "EUR", 10)]
    [InlineData(0, 24, null, null)]
    public async Task The_day_of_the_change_is_told_by_its_entries(int from, int to, string? unit, int? cost)
    {
        var day = March.AddDays(9);
        Open(InUsd, March);
        Use(3, day.AddHours(9));
        Change(InEur, day.AddHours(12.5));
        Use(5, day.AddHours(15));

        Assert.Equal((cost, unit), await CostAsync(day.AddHours(from), day.AddHours(to), "2026-03-15", Granularity.Hour));
    }

    [Fact]
    public async Task Late_use_of_before_the_change_has_the_unit_in_which_it_was_charged()
    {
        var day = March.AddDays(9);
        Open(InUsd, March);
        Use(3, day.AddHours(4));
        Change(InEur, day.AddHours(10));
        Use(5, day.AddHours(12), day.AddHours(6));

        Assert.Equal((6m, "USD"), await CostAsync(day, day.AddHours(5), "2026-03-15", Granularity.Hour));
        Assert.Equal((10m, "EUR"), await CostAsync(day.AddHours(5), day.AddHours(9), "2026-03-15", Granularity.Hour));
        Assert.Equal((null, null), await CostAsync(day, day.AddHours(9), "2026-03-15", Granularity.Hour));
    }

    [Fact]
    public async Task Late_use_of_a_period_that_is_over_has_the_unit_of_that_one()
    {
        Open(InUsd, March.AddDays(-20));
        Use(1, March.AddDays(-5));
        Change(InEur, March.AddHours(1));
        Use(3, March.AddHours(2), March.AddHours(-2));
        Use(5, March.AddHours(3));

        Assert.Equal((6m, "USD"), await CostAsync(March.AddDays(-1), March, "2026-03-15"));
        Assert.Equal((10m, "EUR"), await CostAsync(March, March.AddDays(1), "2026-03-15"));
    }

    [Fact]
    public async Task Too_many_entries_of_such_days_are_not_read_and_the_cost_is_left_out()
    {
        var day = March.AddDays(9);
        Open(InUsd, March);
        Use(3, day.AddHours(9));
        Change(InEur, day.AddHours(12));
        var state = books.State("lic_1");
        var meter = state.Meters[0];
        books.Put(
            state.With(meter with { Days = [meter.Days[0] with { Count = 30_000 }] }), books.Of("lic_1").ToList(), [],
            books.PartsOf("lic_1", Given.Calls).ToList());

        Assert.Equal((null, null), await CostAsync(day, day.AddDays(1), "2026-03-10T20:00:00Z"));
        Assert.Equal(0, books.Pages);
    }

    private async Task<(decimal? Cost, string? Unit)> CostAsync(
        DateTimeOffset from, DateTimeOffset to, string now, Granularity granularity = Granularity.Day)
    {
        books.Now = Given.At(now);
        var report = await new UsageReports(books.Sources).SummaryAsync(
            new UsageQuery("tenant_1", Given.Calls) { From = from, To = to, Granularity = granularity }, books.Now.Value, default);
        var license = Assert.Single(report.Licenses);
        Assert.Equal((report.Cost, report.CostUnit), (license.Cost, license.CostUnit));
        return (report.Cost, report.CostUnit);
    }

    private void Open(Terms terms, DateTimeOffset at) => books.Apply(
        "lic_1", new OpenLicense { LicenseId = "lic_1", TenantId = "tenant_1", Features = [Given.Of(terms)] }, at);

    private void Use(decimal amount, DateTimeOffset at, DateTimeOffset? happened = null) =>
        books.Apply("lic_1", new RecordUse { FeatureCode = Given.Calls, Given = amount, OccurredAt = happened }, at);

    private void Change(Terms terms, DateTimeOffset at) => books.Apply("lic_1", new AssignFeature { Feature = Given.Of(terms) }, at);
}
