using System.CommandLine;
using Metering.Cli.Output;
using Metering.Cli.Runs;
using Metering.Client.Admin;

namespace Metering.Cli.Exports;

/// <summary>Exports that come by themselves.</summary>
internal static class ScheduleCommands
{
    private static readonly Argument<string> Id = new("schedule") { Description = "The schedule's id." };
    private static readonly Argument<string> Report = ExportOptions.Report;

    private static readonly Option<string> Cron = new("--cron")
    {
        Description = "A cron expression (minute, hour, day, month, weekday), such as \"0 6 1 * *\".", Required = true, HelpName = "expression",
    };

    private static readonly Option<string> Span = new Option<string>("--span")
    {
        Description = "What each run covers.", Required = true, HelpName = "span",
    }.AcceptOnlyFromAmong("day", "week", "month");

    private static readonly Option<string> Zone = new("--time-zone") { Description = "The time zone of the expression (default: UTC).", HelpName = "IANA name" };
    private static readonly Option<bool> Provisional = new("--provisional") { Description = "Also export each span as soon as it is over." };
    private static readonly Option<string> Format = ExportOptions.Format;
    private static readonly Option<bool> Gzip = ExportOptions.Gzip;
    private static readonly Option<string> Tenant = ExportOptions.Tenant;
    private static readonly Option<string> Name = ExportOptions.Name;
    private static readonly Option<bool> Yes = new("--yes", "-y") { Description = "Don't ask for confirmation." };
    private static readonly Option<string> Key = new("--idempotency-key") { Description = "Retries with the same key create it only once.", HelpName = "key" };

    public static Command Create() => new Command("schedule", "Exports on a schedule.").With(
        new Command("list", "Lists schedules, with their next runs.").Does((session, stop) => session.Screen.ListAsync(
            session.Admin.Schedules.ListAsync(stop),
            new Listing("SCHEDULE", "REPORT", "WHEN", "?SPAN", "?FORMAT", "?NEXT", "STATUS"),
            (table, one) => table.Row(
                one.Id, one.Report, $"{one.Cron} {one.TimeZone}", one.Span, one.Format, Next(one),
                one.Paused ? "paused" : "active"),
            "There are no schedules.",
            stop)),
        new Command("add", "Creates a schedule.").With(Report, Cron, Span, Zone, Format, Gzip, Tenant, Name, Provisional, Key).Does(AddAsync),
        new Command("pause", "Pauses a schedule; what it misses is not exported later.").With(Id)
            .Does((session, stop) => ChangeAsync(session, paused: true, stop)),
        new Command("resume", "Resumes a paused schedule.").With(Id).Does((session, stop) => ChangeAsync(session, paused: false, stop)),
        new Command("remove", "Removes a schedule; its exports stay.").With(Id, Yes).Does(RemoveAsync));

    private static async Task AddAsync(Session session, CancellationToken stop) => Show(session, await session.Admin.Schedules.CreateAsync(
        new ExportScheduleChange
        {
            Report = session.Value(Report),
            Cron = session.Value(Cron),
            Span = session.Value(Span),
            TimeZone = session.Value(Zone),
            Format = session.Value(Format),
            Compress = session.Value(Gzip) ? "gzip" : null,
            TenantId = session.Value(Tenant),
            Name = session.Value(Name),
            Provisional = session.Value(Provisional),
        },
        session.Value(Key),
        stop).ConfigureAwait(false));

    private static async Task ChangeAsync(Session session, bool paused, CancellationToken stop) => Show(
        session,
        await session.Admin.Schedules.ChangeAsync(
            session.Value(Id), new ExportScheduleChange { Paused = paused }, cancellationToken: stop).ConfigureAwait(false));

    private static async Task RemoveAsync(Session session, CancellationToken stop)
    {
        var id = session.Value(Id);
        session.Confirm(session.Value(Yes), $"Remove the schedule {id}?");
        await session.Admin.Schedules.DeleteAsync(id, stop).ConfigureAwait(false);
        session.Screen.Answer(new { id, status = "removed" }, _ => session.Screen.Say($"Removed {id}."));
    }

    private static string Next(ExportSchedule schedule) => Cells.Time(schedule.NextRuns is [var next, ..] ? next.At : null);

    private static void Show(Session session, ExportSchedule schedule) => session.Screen.Answer(schedule, one => session.Screen.Say(
        $"{one.Id}: {one.Report} by {one.Span}, {(one.Paused ? "paused" : "next on " + Next(one))}."));
}
