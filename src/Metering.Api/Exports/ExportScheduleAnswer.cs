using System.Collections.Immutable;
using Metering.Reports;

namespace Metering.Api;

/// <summary>A schedule, and what it will do next.</summary>
public sealed record ExportScheduleAnswer
{
    private const int ShownRuns = 5;

    /// <summary><c>sch_</c> and 24 characters.</summary>
    public required string Id { get; init; }

    /// <summary>What files hold.</summary>
    public ExportReport Report { get; init; }

    /// <summary>When runs come.</summary>
    public required string Cron { get; init; }

    /// <summary>The IANA time zone.</summary>
    public required string TimeZone { get; init; }

    /// <summary>What each run covers.</summary>
    public SpanKind Span { get; init; }

    /// <summary>The files' format.</summary>
    public ExportFormat Format { get; init; }

    /// <summary>How files are compressed.</summary>
    public ExportCompression Compress { get; init; }

    /// <summary>The only tenant whose licenses are exported; null: all.</summary>
    public string? TenantId { get; init; }

    /// <summary>The template of files' names; null: the usual one.</summary>
    public string? Name { get; init; }

    /// <summary>Whether each span is exported as provisional first.</summary>
    public bool Provisional { get; init; }

    /// <summary>Whether it stands still.</summary>
    public bool Paused { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>
    /// The end of the last span that it is done with; for a schedule that has made nothing yet, the beginning of the last span that was
    /// over when it began.
    /// </summary>
    public DateTimeOffset DoneThrough { get; init; }

    /// <summary>
    /// How many spans it passed over: of more than 31 that it has missed the oldest, and those whose evidence was removed.
    /// </summary>
    public long Skipped { get; init; }

    /// <summary>Its last export; null before the first.</summary>
    public string? LastExportId { get; init; }

    /// <summary>The exports that are due next, five at most; none while it is paused.</summary>
    public ImmutableArray<NextRun> NextRuns { get; init; } = [];

    internal static ExportScheduleAnswer Of(ExportSchedule schedule, MeterRules rules) => new()
    {
        Id = schedule.Id,
        Report = schedule.Report,
        Cron = schedule.Cron,
        TimeZone = schedule.TimeZone,
        Span = schedule.Span,
        Format = schedule.Format,
        Compress = schedule.Compress,
        TenantId = schedule.TenantId,
        Name = schedule.Name,
        Provisional = schedule.Provisional,
        Paused = schedule.Paused,
        CreatedAt = schedule.CreatedAt,
        DoneThrough = schedule.DoneThrough,
        Skipped = schedule.Skipped,
        LastExportId = schedule.LastExportId,
        NextRuns =
        [
            .. SchedulePlan.Next(schedule, rules.LateWindow, ShownRuns)
                .Select(run => new NextRun(run.At, run.Span.From, run.Span.To, run.State, run.Order.Report)),
        ],
    };
}
