using System.Text.Json;

namespace Metering.Reports.Tests.Schedules;

/// <summary>A change of a schedule loses no span and exports none twice.</summary>
public sealed class ScheduleChangeTests : ScheduleTest
{
    [Theory]
    [InlineData("cron")]
    [InlineData("zone")]
    [InlineData("span")]
    [InlineData("pause")]
    [InlineData("provisional")]
    [InlineData("twice")]
    public async Task What_waits_to_become_final_when_a_schedule_is_changed_is_exported_as_it_would_have_been(string what)
    {
        Rules = new MeterRules { LateWindow = TimeSpan.FromDays(20) };
        await MakeAsync();
        Host.UtcNow = Start.AddDays(30);
        await RoundAsync();
        Assert.Equal(Start.Date.AddDays(10), Schedules["sch_1"].DoneThrough.Date);

        await ChangeAsync(known => what switch
        {
            "zone" => known with { TimeZone = "Asia/Tokyo" },
            "span" => known with { Span = SpanKind.Month },
            "pause" => known with { Paused = true },
            "provisional" => known with { Provisional = true },
            _ => known with { Cron = "0 9 * * 1" },
        });
        Assert.Equal(Start.Date.AddDays(10), Schedules["sch_1"].DoneThrough.Date);
        Host.UtcNow = Start.AddDays(40);
        await RoundAsync();
        await ChangeAsync(known => known with { Cron = what == "twice" ? "0 10 * * 1" : known.Cron, Paused = false });
        Host.UtcNow = Start.AddDays(60);
        await RoundAsync();

        // Every day up to the change once, whatever the schedule has made since.
        var days = Host.Jobs.All.Where(job => job.State == ExportState.Final).Select(job => job.Order.Span)
            .Where(span => span.To <= Start.AddDays(29) && span.To - span.From == TimeSpan.FromDays(1)).Select(span => span.From);
        Assert.Equal(Enumerable.Range(-1, 30).Select(day => Start.AddHours(-12).AddDays(day)), days.Order());
        Assert.Empty(Schedules["sch_1"].Waiting);
        Assert.Equal(0, Schedules["sch_1"].Skipped);
    }

    [Fact]
    public async Task A_span_that_was_exported_is_not_exported_again_by_other_runs()
    {
        await MakeAsync();
        await ChangeAsync(known => known with { Cron = "0 6 1 * *", Span = SpanKind.Month });
        Host.UtcNow = Start.AddDays(33);
        await RoundAsync();
        await ChangeAsync(known => known with { Cron = "0 6 15 * *" });

        Assert.Equal(
            DateTimeOffset.Parse("2026-12-01T00:00:00Z"),
            SchedulePlan.Next(Schedules["sch_1"], MeterRules.Default.LateWindow, 1)[0].Span.From);
    }

    [Fact]
    public async Task A_span_that_is_over_is_exported_although_its_run_is_moved_away()
    {
        // At noon, an hour before the run that would cover the day before; the next one would cover the day after.
        await MakeAsync();
        Host.UtcNow = Start.AddDays(3);
        await RoundAsync();
        await ChangeAsync(known => known with { Cron = "0 11 * * *" });
        Host.UtcNow = Start.AddDays(6);
        await RoundAsync();

        Assert.Equal([31, 1, 2, 3, 4, 5], FinalDays());
    }

    [Fact]
    public async Task A_run_that_is_moved_back_comes_at_its_new_time_alone()
    {
        await MakeAsync();
        Host.UtcNow = Start.AddDays(2);
        await RoundAsync();
        await ChangeAsync(known => known with { Cron = "0 18 * * *" });

        Assert.Empty(Schedules["sch_1"].Waiting);
        Assert.Equal(
            (Start.AddHours(54), 2),
            SchedulePlan.Next(Schedules["sch_1"], TimeSpan.Zero, 1).Select(next => (next.At, next.Span.From.Day)).Single());
    }

    [Fact]
    public async Task Days_that_come_after_weeks_leave_none_out()
    {
        await MakeAsync();
        await ChangeAsync(known => known with { Span = SpanKind.Week });

        // On a Thursday; the last week ended with the ninth.
        Host.UtcNow = Start.AddDays(11);
        await RoundAsync();
        await ChangeAsync(known => known with { Span = SpanKind.Day });
        Host.UtcNow = Start.AddDays(14);
        await RoundAsync();

        Assert.Equal([9, 10, 11, 12, 13], FinalDays().Where(day => day is >= 9 and < 31));
        Assert.Equal(0, Schedules["sch_1"].Skipped);
    }

    [Fact]
    public async Task What_waits_stays_the_tenants_and_the_report_of_its_time()
    {
        await MakeAsync();
        await ChangeAsync(known => known with { TenantId = "a" });
        Host.UtcNow = Start.AddDays(1).AddHours(2);
        await ChangeAsync(known => known with { TenantId = "b", Report = ExportReport.Ledger, Name = "ledger-{from}" });
        Host.UtcNow = Start.AddDays(3);
        await RoundAsync();

        var first = Host.Jobs.All.Where(job => job.Order.Span.From.Day == 1).Select(job => job.Order);
        Assert.Contains(first, order => order is { Report: ExportReport.Usage, TenantId: "a", Name: null });
        Assert.All(Host.Jobs.All, job => Assert.Equal(ExportStatus.Done, job.Status));
    }

    [Fact]
    public async Task A_schedule_that_an_earlier_version_has_stored_goes_on()
    {
        await MakeAsync();
        var stored = JsonSerializer.SerializeToNode(Schedules["sch_1"], ManifestJson.Default.ExportSchedule)!.AsObject();
        Assert.True(stored.Remove("waiting"));
        var read = stored.Deserialize(ManifestJson.Default.ExportSchedule)!;
        await Schedules.ChangeAsync("sch_1", _ => read, default);
        Host.UtcNow = Start.AddDays(2);
        await RoundAsync();

        Assert.Equal([31, 1], FinalDays());
        Assert.Equal(Schedules["sch_1"].FinalThrough, read.InPlaceOf(Schedules["sch_1"], Host.UtcNow).DoneThrough);
    }

    private IEnumerable<int> FinalDays() => Host.Jobs.All.Where(job => job is { State: ExportState.Final, Status: ExportStatus.Done })
        .Where(job => job.Order.Span.To - job.Order.Span.From == TimeSpan.FromDays(1))
        .OrderBy(job => job.Order.Span.From).Select(job => job.Order.Span.From.Day);
}
