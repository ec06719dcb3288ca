using Metering.Reports.Tests.Exports;

namespace Metering.Reports.Tests.Schedules;

/// <summary>Every span is exported once, whatever is down, fails or happens twice.</summary>
public sealed class ScheduleRoundTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.Parse("2026-11-01T12:00:00Z");
    private readonly ExportWorld _world = new(1, licenses: 1);
    private readonly MemorySchedules _schedules = new();
    private MeterRules _rules = MeterRules.Default;

    private ExportHost Host => _world.Host;

    [Fact]
    public async Task Each_day_comes_as_provisional_then_final_and_the_final_one_tells_what_changed()
    {
        await MakeAsync(provisional: true);
        for (var hour = 0; hour < 24 * 6; hour++)
        {
            _world.PlayUntil(Start.AddHours(hour));
            await RoundAsync();
        }

        var finals = Host.Jobs.All.Where(job => job.State == ExportState.Final).ToList();
        var provisional = Host.Jobs.All.Where(job => job.State == ExportState.Provisional);
        Assert.Equal([31, 1, 2, 3, 4, 5], provisional.Select(job => job.Order.Span.From.Day));
        Assert.Equal([31, 1, 2, 3, 4, 5], finals.Select(job => job.Order.Span.From.Day));
        Assert.All(Host.Jobs.All, job => Assert.Equal(ExportStatus.Done, job.Status));
        foreach (var final in finals)
        {
            var manifest = await Host.ManifestAsync(final);
            Assert.Equal(
                Host.Jobs.All.Single(job => job.State == ExportState.Provisional && job.Order.Span == final.Order.Span).Id,
                manifest.Adjustments!.OfExport);
        }
    }

    [Fact]
    public async Task What_was_missed_is_made_up_once_and_no_more_than_31_spans_of_it()
    {
        await MakeAsync();
        Host.UtcNow = Start.AddDays(50);
        await RoundAsync();
        Assert.Equal(SchedulePlan.MaxMadeUp, Host.Jobs.Count);
        Assert.Equal(Host.Jobs.Count, Host.Jobs.All.Select(job => job.Order.Span).Distinct().Count());
        Assert.Equal(19, _schedules["sch_1"].Skipped);
        var last = Host.Jobs.All.Max(job => job.Order.Span.To);
        Assert.Equal((last, last), (_schedules["sch_1"].FinalThrough, DateTimeOffset.Parse("2026-12-20T00:00:00Z")));

        await RoundAsync();
        Assert.Equal(SchedulePlan.MaxMadeUp, Host.Jobs.Count);
    }

    [Fact]
    public async Task A_round_that_a_crash_cut_off_makes_nothing_twice()
    {
        await MakeAsync();
        Host.UtcNow = Start.AddDays(3);
        var before = _schedules["sch_1"];
        await RoundAsync();
        var count = Host.Jobs.Count;
        var files = Host.Sink.Files.Count;

        // The exports are there, but how far the schedule is was not written any more.
        await _schedules.ChangeAsync("sch_1", _ => before, default);
        await RoundAsync();
        Assert.Equal((count, files), (Host.Jobs.Count, Host.Sink.Files.Count));
        Assert.True(_schedules["sch_1"].FinalThrough > before.FinalThrough);
    }

    [Fact]
    public async Task An_export_that_failed_is_tried_again_later_and_the_next_ones_wait_for_it()
    {
        await MakeAsync();
        Host.Sink.Room = 0;
        Host.UtcNow = Start.AddDays(3);
        await RoundAsync();
        var job = Assert.Single(Host.Jobs.All);
        Assert.Equal((ExportStatus.Failed, ExportFailure.DiskFull), (job.Status, job.FailureCode));

        Host.Sink.Room = long.MaxValue;
        Assert.Equal(Host.UtcNow + ScheduleRound.RetryAfter, await RoundAsync());
        Assert.Equal(ExportStatus.Failed, Assert.Single(Host.Jobs.All).Status);
        Host.UtcNow += ScheduleRound.RetryAfter;
        await RoundAsync();
        Assert.Equal(3, Host.Jobs.Count);
        Assert.All(Host.Jobs.All, one => Assert.Equal((ExportStatus.Done, 1), (one.Status, one.Attempts)));
    }

    [Fact]
    public async Task A_paused_schedule_stands_still_and_makes_nothing_up()
    {
        await MakeAsync();
        await ChangeAsync(known => known with { Paused = true });
        Host.UtcNow = Start.AddDays(10);
        Assert.Null(await RoundAsync());
        Assert.Empty(Host.Jobs.All);

        await ChangeAsync(known => known with { Paused = false });
        Host.UtcNow = Start.AddDays(11);
        await RoundAsync();
        Assert.Equal(10, Assert.Single(Host.Jobs.All).Order.Span.From.Day);
    }

    [Theory]
    [InlineData("cron")]
    [InlineData("zone")]
    [InlineData("span")]
    [InlineData("pause")]
    [InlineData("provisional")]
    [InlineData("twice")]
    public async Task What_waits_to_become_final_when_a_schedule_is_changed_is_exported_as_it_would_have_been(string what)
    {
        _rules = new MeterRules { LateWindow = TimeSpan.FromDays(20) };
        await MakeAsync();
        Host.UtcNow = Start.AddDays(30);
        await RoundAsync();
        Assert.Equal(Start.Date.AddDays(10), _schedules["sch_1"].DoneThrough.Date);

        await ChangeAsync(known => what switch
        {
            "zone" => known with { TimeZone = "Asia/Tokyo" },
            "span" => known with { Span = SpanKind.Month },
            "pause" => known with { Paused = true },
            "provisional" => known with { Provisional = true },
            _ => known with { Cron = "0 9 * * 1" },
        });
        Assert.Equal(Start.Date.AddDays(10), _schedules["sch_1"].DoneThrough.Date);
        Host.UtcNow = Start.AddDays(40);
        await RoundAsync();
        await ChangeAsync(known => known with { Cron = what == "twice" ? "0 10 * * 1" : known.Cron, Paused = false });
        Host.UtcNow = Start.AddDays(60);
        await RoundAsync();

        // Every day up to the change once, whatever the schedule has made since.
        var days = Host.Jobs.All.Where(job => job.State == ExportState.Final).Select(job => job.Order.Span)
            .Where(span => span.To <= Start.AddDays(29) && span.To - span.From == TimeSpan.FromDays(1)).Select(span => span.From);
        Assert.Equal(Enumerable.Range(-1, 30).Select(day => Start.AddHours(-12).AddDays(day)), days.Order());
        Assert.Empty(_schedules["sch_1"].Waiting);
        Assert.Equal(0, _schedules["sch_1"].Skipped);
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
            SchedulePlan.Next(_schedules["sch_1"], MeterRules.Default.LateWindow, 1)[0].Span.From);
    }

    [Fact]
    public async Task When_as_many_wait_as_may_the_next_round_looks_again()
    {
        await MakeAsync();
        Host.Jobs.MaxWaiting = 0;
        Host.UtcNow = Start.AddDays(2);
        Assert.Equal(Host.UtcNow, await RoundAsync());
        Host.Jobs.MaxWaiting = 1;
        var next = await RoundAsync();
        Assert.Equal(2, Host.Jobs.Count);
        Assert.True(next > Host.UtcNow);
    }

    [Fact]
    public async Task A_schedule_of_another_report_begins_with_the_span_that_was_exported_last()
    {
        await MakeAsync(provisional: true);
        Host.UtcNow = Start.AddDays(2).AddHours(2);
        await RoundAsync();
        var usage = Host.Jobs.All.Max(job => job.Order.Span.To);

        await ChangeAsync(known => known with { Report = ExportReport.Ledger, Cron = "30 * * * *" });
        Host.UtcNow += TimeSpan.FromHours(1);
        await RoundAsync();

        var ledgers = Host.Jobs.All.Where(job => job.Order.Report == ExportReport.Ledger).Select(job => job.Order.Span.To);
        Assert.Contains(usage, ledgers);
    }

    [Fact]
    public async Task What_a_round_knows_of_a_schedule_that_was_changed_meanwhile_does_not_move_it()
    {
        await MakeAsync();
        Host.UtcNow = Start.AddDays(4);
        await RoundAsync();
        var done = _schedules["sch_1"];

        // A round has read the schedule; then it is begun afresh, and the round finds its exports done.
        var changed = (done with { Report = ExportReport.Ledger }).From(Host.UtcNow.AddDays(-1));
        await _schedules.ChangeAsync("sch_1", _ => done.From(Host.UtcNow.AddDays(-2)), default);
        _schedules.Meanwhile = changed;
        await new ScheduleRound(_schedules, Host.Jobs, Host, _rules).RunAsync(default);

        Assert.Equal((changed.FinalThrough, changed.Since), (_schedules["sch_1"].FinalThrough, _schedules["sch_1"].Since));
    }

    [Fact]
    public async Task A_schedule_that_is_removed_while_its_export_runs_makes_no_more()
    {
        await MakeAsync();
        Host.UtcNow = Start.AddDays(2);
        var round = new ScheduleRound(_schedules, Host.Jobs, Host, _rules);
        await round.RunAsync(default);
        await _schedules.RemoveAsync("sch_1", default);
        await Host.Run.RunAsync(Host.Jobs.All[0].Id, default);
        Host.UtcNow = Start.AddDays(9);
        Assert.Null(await round.RunAsync(default));
        Assert.Equal(ExportStatus.Done, Assert.Single(Host.Jobs.All).Status);
        Assert.Empty(await _schedules.ListAsync(default));
    }

    private async Task MakeAsync(bool provisional = false)
    {
        Host.UtcNow = Start;
        await _schedules.AddAsync(
            new ExportSchedule
            {
                Id = "sch_1", Report = ExportReport.Usage, Cron = "0 13 * * *", TimeZone = "UTC", Format = ExportFormat.Jsonl,
                Provisional = provisional, CreatedAt = Start,
            }.From(Start),
            default);
    }

    private async Task ChangeAsync(Func<ExportSchedule, ExportSchedule> change) =>
        await _schedules.ChangeAsync("sch_1", known => change(known).InPlaceOf(known, Host.UtcNow), default);

    // As a host does it: a look at the schedules, then what waits is run, until nothing waits.
    private async Task<DateTimeOffset?> RoundAsync()
    {
        var round = new ScheduleRound(_schedules, Host.Jobs, Host, _rules);
        var next = await round.RunAsync(default);
        while (Host.Jobs.All.FirstOrDefault(job => job.Status == ExportStatus.Waiting) is { } waiting)
        {
            await Host.Run.RunAsync(waiting.Id, default);
            next = await round.RunAsync(default);
        }

        return next;
    }
}
