using Metering.Reports.Tests.Exports;

namespace Metering.Reports.Tests.Schedules;

/// <summary>Every span is exported once, whatever is down, fails or happens twice.</summary>
public sealed class ScheduleRoundTests : ScheduleTest
{
    [Fact]
    public async Task Each_day_comes_as_provisional_then_final_and_the_final_one_tells_what_changed()
    {
        await MakeAsync(provisional: true);
        for (var hour = 0; hour < 24 * 6; hour++)
        {
            World.PlayUntil(Start.AddHours(hour));
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
        Assert.Equal(19, Schedules["sch_1"].Skipped);
        var last = Host.Jobs.All.Max(job => job.Order.Span.To);
        Assert.Equal((last, last), (Schedules["sch_1"].FinalThrough, DateTimeOffset.Parse("2026-12-20T00:00:00Z")));

        await RoundAsync();
        Assert.Equal(SchedulePlan.MaxMadeUp, Host.Jobs.Count);
    }

    [Fact]
    public async Task A_round_that_a_crash_cut_off_makes_nothing_twice()
    {
        await MakeAsync();
        Host.UtcNow = Start.AddDays(3);
        var before = Schedules["sch_1"];
        await RoundAsync();
        var count = Host.Jobs.Count;
        var files = Host.Sink.Files.Count;

        // The exports are there, but how far the schedule is was not written any more.
        await Schedules.ChangeAsync("sch_1", _ => before, default);
        await RoundAsync();
        Assert.Equal((count, files), (Host.Jobs.Count, Host.Sink.Files.Count));
        Assert.True(Schedules["sch_1"].FinalThrough > before.FinalThrough);
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
    public async Task An_export_that_failed_before_the_clock_was_set_back_is_tried_again_at_once()
    {
        await MakeAsync();
        Host.Sink.Room = 0;
        Host.UtcNow = Start.AddDays(8);
        await RoundAsync();
        Assert.Equal(ExportStatus.Failed, Assert.Single(Host.Jobs.All).Status);

        Host.Sink.Room = long.MaxValue;
        Host.UtcNow = Start.AddDays(3);
        await RoundAsync();
        Assert.All(Host.Jobs.All, one => Assert.Equal(ExportStatus.Done, one.Status));
    }

    [Fact]
    public async Task An_export_that_failed_halfway_replaces_what_it_has_left_and_no_other_file()
    {
        await MakeAsync();
        await ChangeAsync(known => known with { Name = "daily-{from}" });
        Host.Sink.Room = 0;
        Host.UtcNow = Start.AddDays(2);
        await RoundAsync();
        Host.Sink.Room = long.MaxValue;

        // Its file was published; then everything went down, and its manifest was not, nor was the file taken back.
        Host.Sink.Files["daily-2026-10-31.jsonl"] = [1];
        Host.Sink.Files["daily-2026-11-01.jsonl"] = [2];
        Host.UtcNow += ScheduleRound.RetryAfter;
        await RoundAsync();
        Host.UtcNow += ScheduleRound.RetryAfter;
        await RoundAsync();

        Assert.Equal(
            [(ExportStatus.Done, null), (ExportStatus.Failed, ExportFailure.FileExists)],
            Host.Jobs.All.OrderBy(job => job.Order.Span.From).Select(job => (job.Status, job.FailureCode)));
        Assert.Equal([2], Host.Sink.Files["daily-2026-11-01.jsonl"]);
    }

    [Fact]
    public async Task A_name_that_is_taken_is_mended_by_another()
    {
        await MakeAsync();
        await ChangeAsync(known => known with { Name = "same" });
        Host.UtcNow = Start.AddDays(3);
        await RoundAsync();
        Assert.Equal(ExportFailure.FileExists, Assert.Single(Host.Jobs.All, job => job.Status == ExportStatus.Failed).FailureCode);

        await Schedules.ChangeAsync("sch_1", known => known with { Name = "usage-{from}" }, default);
        Host.UtcNow += ScheduleRound.RetryAfter;
        await RoundAsync();

        Assert.All(Host.Jobs.All, job => Assert.Equal(ExportStatus.Done, job.Status));
        Assert.Equal(3, Host.Jobs.Count);
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
        var done = Schedules["sch_1"];

        // A round has read the schedule; then it is begun afresh, and the round finds its exports done.
        var changed = (done with { Report = ExportReport.Ledger }).From(Host.UtcNow.AddDays(-1));
        await Schedules.ChangeAsync("sch_1", _ => done.From(Host.UtcNow.AddDays(-2)), default);
        Schedules.Meanwhile = changed;
        await new ScheduleRound(Schedules, Host.Jobs, Host, Rules).RunAsync(default);

        Assert.Equal((changed.FinalThrough, changed.Since), (Schedules["sch_1"].FinalThrough, Schedules["sch_1"].Since));
    }

    [Fact]
    public async Task A_schedule_that_is_removed_while_its_export_runs_makes_no_more()
    {
        await MakeAsync();
        Host.UtcNow = Start.AddDays(2);
        var round = new ScheduleRound(Schedules, Host.Jobs, Host, Rules);
        await round.RunAsync(default);
        await Schedules.RemoveAsync("sch_1", default);
        await Host.Run.RunAsync(Host.Jobs.All[0].Id, default);
        Host.UtcNow = Start.AddDays(9);
        Assert.Null(await round.RunAsync(default));
        Assert.Equal(ExportStatus.Done, Assert.Single(Host.Jobs.All).Status);
        Assert.Empty(await Schedules.ListAsync(default));
    }
}
