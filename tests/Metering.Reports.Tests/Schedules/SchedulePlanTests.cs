using System.Globalization;

namespace Metering.Reports.Tests.Schedules;

/// <summary>When a schedule's exports are due, and of what.</summary>
public sealed class SchedulePlanTests
{
    private static readonly TimeSpan Day = TimeSpan.FromHours(24);

    [Fact]
    public void A_day_is_exported_once_it_is_final_and_as_provisional_once_it_is_over()
    {
        var schedule = Daily("0 6 * * *", "UTC", "2026-11-10T12:00:00Z") with { Provisional = true };
        AssertNext(
            schedule,
            "2026-11-11T06:00:00Z 2026-11-10T00:00:00Z 2026-11-11T00:00:00Z Provisional",
            "2026-11-12T00:01:00Z 2026-11-10T00:00:00Z 2026-11-11T00:00:00Z Final",
            "2026-11-12T06:00:00Z 2026-11-11T00:00:00Z 2026-11-12T00:00:00Z Provisional",
            "2026-11-13T00:01:00Z 2026-11-11T00:00:00Z 2026-11-12T00:00:00Z Final");
    }

    [Fact]
    public void The_first_run_covers_the_span_that_is_over_then_be_it_from_before_the_schedule()
    {
        AssertNext(
            Daily("0 18 * * *", "UTC", "2026-11-10T12:00:00Z"),
            "2026-11-11T00:01:00Z 2026-11-09T00:00:00Z 2026-11-10T00:00:00Z Final",
            "2026-11-12T00:01:00Z 2026-11-10T00:00:00Z 2026-11-11T00:00:00Z Final");

        // Several runs in a span make one export.
        AssertNext(
            Daily("*/5 * * * *", "UTC", "2026-11-10T12:00:00Z"),
            "2026-11-11T00:01:00Z 2026-11-09T00:00:00Z 2026-11-10T00:00:00Z Final",
            "2026-11-12T00:01:00Z 2026-11-10T00:00:00Z 2026-11-11T00:00:00Z Final");
    }

    [Fact]
    public void Weeks_begin_on_Monday_and_months_on_the_first_in_the_zone()
    {
        AssertNext(
            (Daily("0 6 * * 1", "America/New_York", "2026-11-10T12:00:00Z") with { Span = SpanKind.Week, Report = ExportReport.Ledger })
                .From(At("2026-11-10T12:00:00Z")),
            "2026-11-17T05:01:00Z 2026-11-09T05:00:00Z 2026-11-16T05:00:00Z Final",
            "2026-11-24T05:01:00Z 2026-11-16T05:00:00Z 2026-11-23T05:00:00Z Final");
        AssertNext(
            (Daily("30 2 3 * *", "Europe/Berlin", "2026-01-10T12:00:00Z") with { Span = SpanKind.Month, Report = ExportReport.Ledger })
                .From(At("2026-01-10T12:00:00Z")),
            "2026-02-03T01:30:00Z 2025-12-31T23:00:00Z 2026-01-31T23:00:00Z Final",
            "2026-03-03T01:30:00Z 2026-01-31T23:00:00Z 2026-02-28T23:00:00Z Final",
            "2026-04-03T00:30:00Z 2026-02-28T23:00:00Z 2026-03-31T22:00:00Z Final");
    }

    [Fact]
    public void Usage_has_the_zones_dates_and_days_of_UTC()
    {
        // In Berlin the day is over at 23:00 UTC; the rollup's day is not until midnight.
        AssertNext(
            Daily("10 0 * * *", "Europe/Berlin", "2026-11-10T12:00:00Z") with { Provisional = true },
            "2026-11-11T00:00:00Z 2026-11-10T00:00:00Z 2026-11-11T00:00:00Z Provisional",
            "2026-11-12T00:00:00Z 2026-11-11T00:00:00Z 2026-11-12T00:00:00Z Provisional",
            "2026-11-12T00:01:00Z 2026-11-10T00:00:00Z 2026-11-11T00:00:00Z Final");
    }

    [Theory]

    // The hour from 2 to 3 is skipped: the run comes when clocks have moved on, and the day before has 24 hours.
    [InlineData("30 2 * * *", "2026-03-28T12:00:00Z", "2026-03-29T01:30:00Z 2026-03-27T23:00:00Z 2026-03-28T23:00:00Z Provisional")]
    [InlineData("30 2 * * *", "2026-03-29T12:00:00Z", "2026-03-30T00:30:00Z 2026-03-28T23:00:00Z 2026-03-29T22:00:00Z Provisional")]

    // The hour from 2 to 3 comes twice: the run comes the first time, and once.
    [InlineData("30 2 * * *", "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z 2026-10-23T22:00:00Z 2026-10-24T22:00:00Z Provisional")]
    [InlineData("30 2 * * *", "2026-10-25T00:45:00Z", "2026-10-26T01:30:00Z 2026-10-24T22:00:00Z 2026-10-25T23:00:00Z Provisional")]
    public void Clocks_that_change_skip_no_day_and_make_none_twice(string cron, string now, string expected)
    {
        var schedule = (Daily(cron, "Europe/Berlin", now) with { Report = ExportReport.Ledger, Provisional = true }).From(At(now));
        Assert.Equal(expected, Shown(SchedulePlan.Next(schedule, Day, 20).First(one => one.State == ExportState.Provisional)));
    }

    [Fact]
    public void Every_day_of_two_years_is_exported_once_without_gaps_whatever_clocks_do()
    {
        foreach (var zone in new[] { "Europe/Berlin", "America/Sao_Paulo", "Australia/Lord_Howe", "Africa/Cairo", "Asia/Kathmandu", "UTC" })
        {
            foreach (var cron in new[] { "0 0 * * *", "30 0 * * *", "30 2 * * *", "59 23 * * *" })
            {
                var schedule = (Daily(cron, zone, "2024-01-10T12:00:00Z") with { Report = ExportReport.Ledger }).From(At("2024-01-10T12:00:00Z"));
                var planned = SchedulePlan.Planned(schedule, ExportState.Final, Day).Take(800).ToList();
                Assert.Equal(planned.Select(one => one.Span.To).SkipLast(1), planned.Select(one => one.Span.From).Skip(1));
                Assert.All(planned, one => Assert.InRange((one.Span.To - one.Span.From).TotalHours, 23, 25));
            }
        }
    }

    [Theory]
    [InlineData("0 6 * *")]
    [InlineData("0 6 * * * *")]
    [InlineData("61 * * * *")]
    [InlineData("0 0 31 2 *")]
    [InlineData("")]
    public void A_cron_that_is_none_or_never_comes_is_refused(string cron) => Assert.NotNull(SchedulePlan.WhyNotCron(cron));

    private static void AssertNext(ExportSchedule schedule, params string[] expected) =>
        Assert.Equal(expected, SchedulePlan.Next(schedule, Day, expected.Length).Select(Shown));

    private static string Shown(PlannedExport one) => string.Create(
        CultureInfo.InvariantCulture, $"{one.At:yyyy-MM-ddTHH:mm:ssZ} {one.Span.From:yyyy-MM-ddTHH:mm:ssZ} {one.Span.To:yyyy-MM-ddTHH:mm:ssZ} {one.State}");

    private static ExportSchedule Daily(string cron, string zone, string now) => new ExportSchedule
    {
        Id = "sch_1", Report = ExportReport.Usage, Cron = cron, TimeZone = zone, Span = SpanKind.Day,
    }.From(At(now));

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
