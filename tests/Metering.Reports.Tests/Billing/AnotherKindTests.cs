using Metering.Reports.Tests.Support;
using Metering.Tests.Support;

namespace Metering.Reports.Tests.Billing;

/// <summary>What is billed of a feature that comes with another kind or metric type: what was charged before stays billed.</summary>
[Rule(7)]
public sealed class AnotherKindTests
{
    private static readonly DateTimeOffset Start = Given.At("2026-03-01T00:00:00Z");
    private static readonly Terms Monthly = Given.Priced(100, Given.From(0) with { UnitPrice = 2 });
    private static readonly Terms Endless = Monthly with { Reset = Reset.Never };
    private static readonly FeatureTerms Flag = new(Given.Boolean(Given.Calls), Terms.Unlimited);

    private readonly Books books = new();

    [Fact]
    public async Task A_counter_that_becomes_boolean()
    {
        Open(Given.Of(Monthly));
        Use(5, Start.AddDays(3));
        Give(Flag, Start.AddDays(9).AddHours(7));

        var line = Assert.Single(await LinesAsync());
        Assert.Equal((Start, Start.AddDays(9).AddHours(7), true), (line.PeriodStart, line.PeriodEnd, line.IsReset));
        Assert.Equal((5m, 10m, "USD"), (line.Used, line.Cost, line.PriceUnit));
    }

    [Fact]
    public async Task A_counter_that_becomes_a_level_and_back()
    {
        Open(Given.Of(Monthly));
        Use(5, Start.AddDays(3));
        Give(Given.Of(Monthly, metric: MetricType.UpDown), Start.AddDays(9));
        Use(3, Start.AddDays(9));
        Give(Given.Of(Monthly), Start.AddDays(9));
        Use(1, Start.AddDays(9));
        Give(Given.Of(Endless), Start.AddDays(11));
        Use(2, Start.AddDays(12));

        Assert.Equal([10m, 6m, 6m], (await LinesAsync()).Select(line => line.Cost));
    }

    [Theory]
    [InlineData("2026-03-10T07:00:00Z")]
    [InlineData("2026-03-10T00:00:00Z")]
    public async Task What_is_billed_by_days_before_and_after(string instant)
    {
        var at = Given.At(instant);
        Open(Given.Of(Endless));
        Use(5, Start.AddDays(3));
        Use(1, at);
        Give(Given.Of(Endless, metric: MetricType.UpDown), at);
        Use(3, at);
        Give(Flag, at.AddHours(1));
        Give(Given.Of(Endless), at.AddHours(2));
        Use(2, at.AddHours(2));

        Assert.Equal([12m, 6m, 4m], (await LinesAsync()).Select(line => line.Cost));
    }

    [Fact]
    public async Task A_counter_of_cores_that_was_taken_away_before_a_machine_comes()
    {
        var cores = Given.Of(Monthly, Machines.FeatureCode);
        Open(cores);
        books.Apply("lic_1", new RecordUse { FeatureCode = Machines.FeatureCode, Given = 5 }, Start.AddDays(3));
        books.Apply("lic_1", new UnassignFeature { FeatureCode = Machines.FeatureCode }, Start.AddDays(4));
        books.Apply("lic_1", new SetMachine { Fingerprint = "m1", Cores = 8 }, Start.AddDays(5));

        var line = Assert.Single(await LinesAsync(cores.Feature));
        Assert.Equal((5m, 10m), (line.Used, line.Cost));
    }

    private async Task<List<BillingLine>> LinesAsync(Feature? feature = null)
    {
        books.Now = Start.AddMonths(1).AddDays(5);
        var report = await new BillingReports(books.Sources, new FixedCatalog([feature ?? Given.Feature()]))
            .ReportAsync(new BillingQuery("tenant_1", Start.AddDays(-1), books.Now.Value), books.Now.Value, default);
        return [.. report.Lines.Where(line => line.Cost != 0)];
    }

    private void Open(FeatureTerms feature) =>
        books.Apply("lic_1", new OpenLicense { LicenseId = "lic_1", TenantId = "tenant_1", Features = [feature] }, Start);

    private void Use(decimal amount, DateTimeOffset at) =>
        books.Apply("lic_1", new RecordUse { FeatureCode = Given.Calls, Given = amount }, at);

    private void Give(FeatureTerms feature, DateTimeOffset at) => books.Apply("lic_1", new AssignFeature { Feature = feature }, at);
}
