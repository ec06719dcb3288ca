using Metering.Reports.Tests.Support;
using Metering.Tests.Support;

namespace Metering.Reports.Tests.Usage;

public sealed class UsageLimitTests
{
    private static readonly DateTimeOffset Now = Given.At("2026-03-10T12:00:00Z");

    private static readonly DateOnly Day = new(2026, 3, 8);

    [Fact]
    public async Task A_report_that_would_read_too_much_is_refused_before_it_reads()
    {
        var books = BooksWith(new DayRollup { Day = Day, Count = ReadBudget.MaxEntries + 1, Sum = 5 });

        var refused = await Assert.ThrowsAsync<ReportRefusedException>(() => ReportAsync(books, Granularity.Hour));

        Assert.Equal((ReportRefusal.Invalid, "/from", 0), (refused.Refusal, refused.Pointer, books.Pages));
        Assert.Equal(5, (await ReportAsync(books, Granularity.Day)).Total);
    }

    [Fact]
    public async Task Users_nobody_asked_for_are_left_out_where_telling_them_would_take_long()
    {
        var users = new Dictionary<string, UserUse> { [DayRollup.OtherUsers] = new(5, 30_000) };
        var books = BooksWith(new DayRollup
        {
            Day = Day, Count = 30_000, Sum = 5, ByUser = System.Collections.Immutable.ImmutableSortedDictionary.CreateRange(users),
        });

        var report = await ReportAsync(books, Granularity.Day);

        Assert.Equal((5m, null), (report.Total, report.TopUsers));
        Assert.Equal(0, books.Pages);
    }

    [Fact]
    public async Task Entries_that_a_rollup_has_and_the_ledger_has_not_are_told()
    {
        var books = BooksWith(new DayRollup { Day = Day, Count = 2, Sum = 5 });

        var refused = await Assert.ThrowsAsync<ReportRefusedException>(() => ReportAsync(books, Granularity.Hour));

        Assert.Equal(ReportRefusal.EvidenceRemoved, refused.Refusal);
    }

    [Theory]
    [InlineData(1, 11, null, null)]
    [InlineData(1, 8, 6, "USD")]
    [InlineData(9, 11, 10, "EUR")]
    [InlineData(9, 33, 10, "EUR")]
    [InlineData(32, 33, 0, "EUR")]
    public async Task A_span_in_which_prices_changed_their_unit_has_no_cost(int from, int to, int? cost, string? unit)
    {
        var books = new Books();
        var terms = Given.Priced(null, Given.From(0) with { UnitPrice = 2 });
        var start = Given.At("2026-03-01");
        books.Apply("lic_1", new OpenLicense { LicenseId = "lic_1", TenantId = "tenant_1", Features = [Given.Of(terms)] }, start);
        books.Apply("lic_1", new RecordUse { FeatureCode = Given.Calls, Given = 3 }, start.AddDays(4));
        books.Apply("lic_1", new AssignFeature { Feature = Given.Of(terms with { PriceUnit = "EUR" }) }, start.AddDays(7.5));
        books.Apply("lic_1", new RecordUse { FeatureCode = Given.Calls, Given = 5 }, start.AddDays(9));

        var query = new UsageQuery("tenant_1", Given.Calls)
        {
            From = start.AddDays(from - 1), To = start.AddDays(to - 1), Granularity = Granularity.Day,
        };
        foreach (var now in new[] { start.AddDays(10), start.AddDays(40) })
        {
            books.Now = now;
            var report = await new UsageReports(books.Sources).SummaryAsync(query, now, default);
            var license = Assert.Single(report.Licenses);

            Assert.Equal((cost, unit), ((int?)report.Cost, report.CostUnit));
            Assert.Equal((report.Cost, report.CostUnit), (license.Cost, license.CostUnit));
        }
    }

    [Fact]
    public async Task Licenses_with_prices_in_different_units_have_no_cost_together()
    {
        var books = new Books();
        foreach (var unit in new[] { "USD", "tokens" })
        {
            var terms = Given.Priced(null, Given.From(0) with { UnitPrice = 2 }) with { PriceUnit = unit };
            books.Apply("lic_" + unit, new OpenLicense { LicenseId = "lic_" + unit, TenantId = "tenant_1", Features = [Given.Of(terms)] }, Now);
            books.Apply("lic_" + unit, new RecordUse { FeatureCode = Given.Calls, Given = 3 }, Now);
        }

        var report = await ReportAsync(books, Granularity.Day);

        Assert.Equal((6m, null, null), (report.Total, report.Cost, report.CostUnit));
        Assert.Equal([(6m, "USD"), (6m, "tokens")], report.Licenses.Select(license => (license.Cost!.Value, license.CostUnit!)));
    }

    [Fact]
    public async Task Without_a_span_the_first_period_begins_with_the_first_day_that_is_kept()
    {
        var (books, kept) = (new Books(), Given.At("2026-03-01"));
        foreach (var (id, reset) in new[] { ("lic_1", Interval.Year), ("lic_2", Interval.Month) })
        {
            var opened = Given.At("2025-12-15");
            books.Apply(id, new OpenLicense { LicenseId = id, TenantId = "tenant_1", Features = [Given.Of(Given.Limit(null, reset))] }, opened);
            books.Apply(id, new RecordUse { FeatureCode = Given.Calls, Given = 3 }, Given.At("2026-02-20"));
            books.Apply(id, new RecordUse { FeatureCode = Given.Calls, Given = 4 }, Given.At("2026-03-02"));
        }

        books.KeptFrom = kept;
        var query = new UsageQuery("tenant_1", Given.Calls) { Granularity = Granularity.Period };
        var report = await new UsageReports(books.Sources).SummaryAsync(query, Now, default);
        var refused = await Assert.ThrowsAsync<ReportRefusedException>(
            () => new UsageReports(books.Sources).SummaryAsync(query with { From = kept }, Now, default).AsTask());

        Assert.Equal((kept, 8m), (report.From, report.Total));
        Assert.Equal([(kept, Given.At("2026-03-15")), (kept, Given.At("2026-12-15"))], report.Buckets.Select(one => (one.Start, one.End)));
        Assert.Equal(ReportRefusal.EvidenceRemoved, refused.Refusal);
    }

    private static Books BooksWith(DayRollup rollup)
    {
        var books = new Books();
        var opened = books.Apply(
            "lic_1", new OpenLicense { LicenseId = "lic_1", TenantId = "tenant_1", Features = [Given.Of(Terms.Unlimited)] }, Now.AddDays(-5));
        var meter = opened.State.Meters[0] with { Days = [rollup] };
        books.Put(opened.State.With(meter) with { LastSeen = Now }, opened.Entries, []);
        return books;
    }

    private static Task<UsageSummary> ReportAsync(Books books, Granularity granularity) => new UsageReports(books.Sources).SummaryAsync(
        new UsageQuery("tenant_1", Given.Calls) { From = Now.AddDays(-4), To = Now.AddDays(1), Granularity = granularity }, Now, default)
        .AsTask();
}
