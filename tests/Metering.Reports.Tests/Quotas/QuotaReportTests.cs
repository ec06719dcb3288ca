using Metering.Reports.Tests.Support;
using Metering.Tests.Support;

namespace Metering.Reports.Tests.Quotas;

public sealed class QuotaReportTests
{
    private static readonly DateTimeOffset Start = Given.At("2026-03-01T00:00:00Z");

    [Fact]
    public async Task The_end_is_projected_at_the_pace_of_the_period_so_far()
    {
        var quota = await QuotaAsync(Given.Limit(100, Interval.Month), used: 40, Start.AddDays(10));

        Assert.Equal(new QuotaProjection(4, Start.AddDays(25), false), quota.Projection);
        Assert.Equal(40, quota.PercentUsed);
    }

    [Fact]
    public async Task A_quota_that_the_period_outlasts_names_no_end() => Assert.Equal(
        new QuotaProjection(2, null, true), (await QuotaAsync(Given.Limit(100, Interval.Month), used: 20, Start.AddDays(10))).Projection);

    [Fact]
    public async Task A_quota_of_which_nothing_is_left_ends_now() => Assert.Equal(
        new QuotaProjection(10, Start.AddDays(10), false),
        (await QuotaAsync(Given.Limit(50, Interval.Month), used: 100, Start.AddDays(10))).Projection);

    [Fact]
    public async Task A_period_that_is_over_counts_as_the_new_one() =>
        Assert.Null((await QuotaAsync(Given.Limit(100, Interval.Month), used: 40, Start.AddDays(40))).Projection);

    [Fact]
    public async Task A_pace_that_takes_longer_than_any_calendar_ends_never() => Assert.Equal(
        new QuotaProjection(0.0001m, null, true), (await QuotaAsync(Given.Limit(999_999_999), used: 0.001m, Start.AddDays(10))).Projection);

    [Theory]
    [InlineData(null, MetricType.Counter)]
    [InlineData(100, MetricType.Gauge)]
    public async Task Without_a_limit_and_for_a_level_there_is_nothing_to_project(int? limit, MetricType metric) =>
        Assert.Null((await QuotaAsync(Given.Limit(limit, Interval.Month), used: 40, Start.AddDays(10), metric)).Projection);

    [Fact]
    public async Task Licenses_are_told_each_and_together()
    {
        var books = new Books();
        Open(books, "lic_1", Given.Limit(100), 40);
        Open(books, "lic_2", Given.Limit(20), 30);
        Open(books, "lic_3", Given.Limit(500), 1);
        books.Apply("lic_3", new ChangeLicense { Deleted = true }, Start);

        var report = await new QuotaReports(books.Sources).OfTenantAsync("tenant_1", Given.Calls, Start, default);

        Assert.Equal(["lic_1", "lic_2"], report!.Licenses.Select(quota => quota.LicenseId));
        Assert.Equal(
            new QuotaTotal { Licenses = 2, Used = 70, Allowance = 120, Remaining = 60, Overage = 10, PercentUsed = 58.33m },
            report.Together);

        Open(books, "lic_4", Terms.Unlimited, 5);
        var unlimited = await new QuotaReports(books.Sources).OfTenantAsync("tenant_1", Given.Calls, Start, default);
        Assert.Equal((75, null, null, null),
            (unlimited!.Together.Used, unlimited.Together.Allowance, unlimited.Together.Remaining, unlimited.Together.PercentUsed));
    }

    private static async Task<LicenseQuota> QuotaAsync(
        Terms terms, decimal used, DateTimeOffset now, MetricType metric = MetricType.Counter)
    {
        var books = new Books();
        Open(books, "lic_1", terms, used, metric);
        return (await new QuotaReports(books.Sources).OfLicenseAsync("lic_1", Given.Calls, now, default))!.Value.Quota;
    }

    private static void Open(Books books, string id, Terms terms, decimal used, MetricType metric = MetricType.Counter)
    {
        books.Apply(
            id, new OpenLicense { LicenseId = id, TenantId = "tenant_1", Features = [Given.Of(terms, Given.Calls, metric)] }, Start);
        books.Apply(id, new RecordUse { FeatureCode = Given.Calls, Given = used }, Start);
    }
}
