using Metering.Reports.Tests.Support;
using Metering.Tests.Support;

namespace Metering.Reports.Tests.Billing;

/// <summary>
/// Bills by days, and the proof of what is kept, where the state does not say with which entry a span or a period began: an earlier version
/// wrote it, or a repaired clock has forgotten it.
/// </summary>
[Rule(7)]
public sealed class NamelessEntryTests
{
    private const string License = "lic_1";
    private static readonly DateTimeOffset Start = Given.At("2026-03-01T00:00:00Z");
    private static readonly DateTimeOffset Reset = Given.At("2026-03-10T07:00:00Z");
    private static readonly Terms Monthly = Given.Priced(100, Given.From(0) with { UnitPrice = 2 });
    private static readonly Terms Endless = Monthly with { Reset = Metering.Reset.Never };

    private readonly Books books = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_reset_of_a_period_that_took_over_an_endless_one(bool isForgotten)
    {
        Open(Endless);
        Use(1, Start.AddHours(1));
        Change(Monthly, Start.AddDays(3));
        Use(5, Start.AddDays(5));
        StartAnew(Reset);
        Forget(isForgotten);
        Use(2, Start.AddDays(10));

        Assert.Equal([12m, 4m], await CostsAsync());
        Assert.Empty(books.Differences(License));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_reset_before_an_endless_period(bool isForgotten)
    {
        Open(Monthly);
        Use(5, Start.AddDays(5));
        StartAnew(Reset);
        Forget(isForgotten);
        Use(2, Start.AddDays(10));
        Change(Endless, Start.AddDays(12));
        Forget(isForgotten);
        Use(4, Start.AddDays(13));

        Assert.Equal([10m, 12m], await CostsAsync());
        Assert.Empty(books.Differences(License));
    }

    [Fact]
    public async Task A_period_that_began_with_a_reset_and_is_opened_again_before_an_endless_one()
    {
        Open(Monthly);
        Use(5, Start.AddDays(5));
        StartAnew(Reset);
        Use(2, Start.AddDays(10));
        Use(1, Start.AddDays(100));
        books.RepairClock(License, Start.AddDays(11));
        Change(Endless, Start.AddDays(12));
        Use(4, Start.AddDays(13));

        Assert.Equal([10m, 16m], await CostsAsync());
    }

    [Fact]
    public async Task Another_unit_in_an_endless_period()
    {
        Open(Endless);
        Use(5, Start.AddDays(2));
        Change(Endless with { PriceUnit = "EUR" }, Reset);
        Forget(true);
        Use(6, Start.AddDays(10));

        Assert.Equal([10m, 12m], await CostsAsync());
        Assert.Empty(books.Differences(License));
    }

    [Fact]
    public void Another_number_than_the_ledgers_is_found()
    {
        Open(Endless);
        Use(5, Start.AddDays(2));
        Change(Endless with { PriceUnit = "EUR" }, Reset);
        books.Change(License, state => With(state, one => one with { FromEntry = one.FromEntry + 1 }));

        Assert.NotEmpty(books.Differences(License));
    }

    private async Task<IEnumerable<decimal>> CostsAsync()
    {
        books.Now = Start.AddMonths(1).AddDays(5);
        var reports = new BillingReports(books.Sources, new FixedCatalog([Given.Feature()]));
        var report = await reports.ReportAsync(new BillingQuery("tenant_1", Start.AddDays(-1), books.Now.Value), books.Now.Value, default);
        return report.Lines.OrderBy(line => line.PeriodEnd).Select(line => line.Cost);
    }

    private void Forget(bool isForgotten)
    {
        if (isForgotten)
        {
            books.Change(License, state => With(state, one => one with { FromEntry = 0, SinceEntry = 0, UntilEntry = 0 }));
        }
    }

    private static LicenseState With(LicenseState state, Func<EndlessSpan, EndlessSpan> change) => state with
    {
        Meters =
        [
            .. state.Meters.Select(meter => meter with
            {
                Endless = [.. meter.Endless.Select(change)],
                Past = meter.Past is null ? null : meter.Past with { BegunByReset = 0 },
            }),
        ],
    };

    private void Open(Terms terms) => books.Apply(
        License, new OpenLicense { LicenseId = License, TenantId = "tenant_1", Features = [Given.Of(terms)] }, Start);

    private void Use(decimal amount, DateTimeOffset at) =>
        books.Apply(License, new RecordUse { FeatureCode = Given.Calls, Given = amount }, at);

    private void Change(Terms terms, DateTimeOffset at) => books.Apply(License, new AssignFeature { Feature = Given.Of(terms) }, at);

    private void StartAnew(DateTimeOffset at) =>
        books.Apply(License, new ResetUsage { FeatureCode = Given.Calls, KeepAnchor = true }, at);
}
