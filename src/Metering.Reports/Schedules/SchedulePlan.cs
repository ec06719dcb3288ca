using Cronos;
using NodaTime;

namespace Metering.Reports;

/// <summary>When a schedule's exports are due. Everything follows from the schedule; no clock is read.</summary>
/// <remarks>
/// Cron's fields are looked up in local time alone, and NodaTime says which instant that is, by the time zones that the domain's periods go
/// by. A local time that clocks skip comes when they have moved on; one that comes twice counts the first time.
/// </remarks>
public static class SchedulePlan
{
    /// <summary>Most spans that are made up after a time in which no round ran; of more, the latest.</summary>
    public const int MaxMadeUp = 31;

    /// <summary>Most characters of a cron expression.</summary>
    public const int MaxCron = 100;

    // Local times that come to an instant before the one that is looked for: those of the hour that comes twice, a minute each at most.
    private const int MaxRepeats = 200;

    /// <summary>What is wrong with a cron expression; null when nothing is.</summary>
    public static string? WhyNotCron(string cron)
    {
        ArgumentNullException.ThrowIfNull(cron);
        try
        {
            return cron.Length > MaxCron ? $"must have at most {MaxCron} characters"
                : CronExpression.Parse(cron).GetNextOccurrence(new DateTime(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc)) is null ? "never comes"
                : null;
        }
        catch (CronFormatException e)
        {
            return $"must be the five fields of cron, such as 0 6 * * 1: {e.Message}";
        }
    }

    /// <summary>The exports that are due next, by their time; none while the schedule is paused.</summary>
    public static IReadOnlyList<PlannedExport> Next(ExportSchedule schedule, TimeSpan lateWindow, int count)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        if (schedule.Paused)
        {
            return [];
        }

        var final = Planned(schedule, ExportState.Final, lateWindow).Take(count);
        var provisional = schedule.Provisional ? Planned(schedule, ExportState.Provisional, lateWindow).Take(count) : [];
        var waiting = Waiting(schedule, ExportState.Final, lateWindow).Concat(Waiting(schedule, ExportState.Provisional, lateWindow));
        return [.. waiting.Concat(final).Concat(provisional).DistinctBy(one => (one.Order, one.State))
            .OrderBy(one => one.At).ThenBy(one => one.Span.To).Take(count)];
    }

    /// <summary>The exports of one kind that are left of before the schedule was changed, by when they are due.</summary>
    // As long as a file holds the same, it goes by the format and name that the schedule has now, so a name that is taken can be mended.
    internal static IEnumerable<PlannedExport> Waiting(ExportSchedule schedule, ExportState state, TimeSpan lateWindow) =>
        from one in schedule.Waiting
        where one.State == state
        let now = schedule.Order(one.Order.Span)
        select new PlannedExport(ReadyAt(one.Order.Span, state, lateWindow), one.IsSameAs(now, state) ? now : one.Order, state);

    /// <summary>The exports of one kind that the schedule's runs are still to make, in their order, without end.</summary>
    internal static IEnumerable<PlannedExport> Planned(ExportSchedule schedule, ExportState state, TimeSpan lateWindow) =>
        from run in Runs(schedule, state)
        let ready = ReadyAt(run.Span, state, lateWindow)
        select new PlannedExport(run.At > ready ? run.At : ready, schedule.Order(run.Span), state);

    /// <summary>The exports of one kind of the schedule's runs up to a time that are not made yet.</summary>
    internal static IEnumerable<WaitingExport> RunBy(ExportSchedule schedule, ExportState state, DateTimeOffset now) =>
        Runs(schedule, state).TakeWhile(run => run.At <= now).Select(run => new WaitingExport(schedule.Order(run.Span), state));

    /// <summary>The exports of spans that are over, come after what is covered, and are not covered by the schedule's first run.</summary>
    internal static IEnumerable<WaitingExport> Uncovered(
        ExportSchedule schedule, DateTimeOffset covered, ExportState state, DateTimeOffset now)
    {
        var first = Runs(schedule, state).Select(run => run.Span.From).DefaultIfEmpty(now).First();
        var day = Boundary(DateOf(schedule, covered), schedule.Span);
        while (true)
        {
            var end = Add(day, schedule.Span, 1);
            var span = new ExportSpan(InstantOf(schedule, day), InstantOf(schedule, end));
            if (span.To > now || span.To > first)
            {
                yield break;
            }

            yield return new WaitingExport(schedule.Order(span), state);
            day = end;
        }
    }

    /// <summary>The beginning of the last span that is over at a time.</summary>
    internal static DateTimeOffset BeforeLast(ExportSchedule schedule, DateTimeOffset now)
    {
        var today = Instant.FromDateTimeOffset(now).InZone(Zone(schedule.TimeZone)).Date;
        return InstantOf(schedule, Add(Boundary(today, schedule.Span), schedule.Span, -1));
    }

    private static DateTimeOffset ReadyAt(ExportSpan span, ExportState state, TimeSpan lateWindow) =>
        state == ExportState.Final ? span.FinalFrom(lateWindow) : span.To;

    // The runs whose exports of one kind are still to be made.
    private static IEnumerable<(DateTimeOffset At, ExportSpan Span)> Runs(ExportSchedule schedule, ExportState state)
    {
        var cron = CronExpression.Parse(schedule.Cron);
        var zone = Zone(schedule.TimeZone);

        // What was exported before the schedule was changed may end within one of its spans now: that span is exported whole.
        var end = Boundary(DateOf(schedule, schedule.Through(state)), schedule.Span);

        // The next span to be made ends with the next boundary at the earliest, and its run comes then or later.
        while (Occurrence(cron, zone, Add(end, schedule.Span, 1), schedule.Since) is { } run)
        {
            end = Boundary(run.InZone(zone).Date, schedule.Span);
            yield return (
                run.ToDateTimeOffset(), new ExportSpan(InstantOf(schedule, Add(end, schedule.Span, -1)), InstantOf(schedule, end)));
        }
    }

    private static Instant? Occurrence(CronExpression cron, DateTimeZone zone, LocalDate day, DateTimeOffset after)
    {
        var (from, since) = (zone.AtStartOfDay(day).ToInstant(), Instant.FromDateTimeOffset(after));

        // From midnight, also where clocks skip it: a run at midnight comes when the day begins.
        var (midnight, reached) = (day.AtMidnight(), since.InZone(zone).LocalDateTime);
        var local = (midnight > reached ? midnight : reached).ToDateTimeUnspecified();
        for (var (i, inclusive) = (0, true); i < MaxRepeats; i++, inclusive = false)
        {
            if (cron.GetNextOccurrence(DateTime.SpecifyKind(local, DateTimeKind.Utc), inclusive) is not { } next)
            {
                return null;
            }

            var at = zone.AtLeniently(LocalDateTime.FromDateTime(next)).ToInstant();
            if (at >= from && at > since)
            {
                return at;
            }

            local = next;
        }

        return null;
    }

    // The boundary of spans that is the last one on or before a day.
    private static LocalDate Boundary(LocalDate day, SpanKind kind) => kind switch
    {
        SpanKind.Week => day.PlusDays(1 - (int)day.DayOfWeek),
        SpanKind.Month => new LocalDate(day.Year, day.Month, 1),
        _ => day,
    };

    private static LocalDate Add(LocalDate boundary, SpanKind kind, int spans) => kind switch
    {
        SpanKind.Week => boundary.PlusWeeks(spans),
        SpanKind.Month => boundary.PlusMonths(spans),
        _ => boundary.PlusDays(spans),
    };

    // Rollups know UTC days alone, so a span of usage has the zone's dates and UTC's midnights.
    private static DateTimeOffset InstantOf(ExportSchedule schedule, LocalDate date) =>
        (schedule.Report == ExportReport.Usage ? DateTimeZone.Utc : Zone(schedule.TimeZone)).AtStartOfDay(date).ToInstant()
        .ToDateTimeOffset();

    private static LocalDate DateOf(ExportSchedule schedule, DateTimeOffset boundary) => Instant.FromDateTimeOffset(boundary)
        .InZone(schedule.Report == ExportReport.Usage ? DateTimeZone.Utc : Zone(schedule.TimeZone)).Date;

    private static DateTimeZone Zone(string name) => DateTimeZoneProviders.Tzdb[name];
}
