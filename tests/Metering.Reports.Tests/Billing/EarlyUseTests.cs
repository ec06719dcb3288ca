using Metering.Reports.Tests.Support;
using Metering.Tests.Support;

namespace Metering.Reports.Tests.Billing;

/// <summary>Use from before a license had the feature: it counts when it is told, so what was drawn for it is billed too.</summary>
[Rule(7)]
[Rule(10)]
public sealed class EarlyUseTests
{
    private static readonly Terms Monthly = Given.Priced(null, Given.From(0) with { UnitPrice = 1 });
    private static readonly Terms Endless = Monthly with { Reset = Reset.Never };

    private readonly Books books = new();

    [Fact]
    public async Task Where_the_feature_came_after_the_license()
    {
        Do(new OpenLicense { LicenseId = "lic_1", TenantId = "tenant_1" }, "2026-01-01");
        Do(new AssignFeature { Feature = Given.Of(Endless) }, "2026-03-09T00:30:00Z");

        await IsBilledAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Where_the_period_began_before_the_license(bool isEndless)
    {
        Do(
            new OpenLicense
            {
                LicenseId = "lic_1", TenantId = "tenant_1", Anchor = Given.At("2026-03-01"),
                Features = [Given.Of(isEndless ? Endless : Monthly)],
            },
            "2026-03-09T00:30:00Z");

        await IsBilledAsync();
    }

    // By days from the 12th on: what was used before is billed with that day.
    private async Task IsBilledAsync()
    {
        Do(new OpenBalance { Unit = "USD", Amount = 100 }, "2026-03-09T00:30:00Z");
        Do(new RecordUse { FeatureCode = Given.Calls, Given = 5, OccurredAt = Given.At("2026-03-08T23:50:00Z") }, "2026-03-09T00:31:00Z");
        Do(new RecordUse { FeatureCode = Given.Calls, Given = 2 }, "2026-03-09T00:31:00Z");
        Do(new AssignFeature { Feature = Given.Of(Endless) }, "2026-03-12T08:00:00Z");
        books.Now = Given.At("2026-03-20");

        var report = await new BillingReports(books.Sources, new FixedCatalog([Given.Feature()])).ReportAsync(
            new BillingQuery("tenant_1", Given.At("2026-02-01"), Given.At("2026-03-19")), books.Now.Value, default);

        Assert.Equal(93, books.State("lic_1").FindBalance("USD")!.Amount);
        Assert.Equal([new BillingTotal("USD", 7, 0, 1)], report.Totals.AsEnumerable());
    }

    private void Do(Command command, string at) =>
        Assert.IsNotType<Refusal>(books.Apply("lic_1", command, Given.At(at)).Answer);
}
