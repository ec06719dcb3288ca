namespace Metering.Reports;

/// <summary>Exports that are made again and again, each of the span before it.</summary>
public sealed record ExportSchedule
{
    /// <summary>Its id, <c>sch_…</c>.</summary>
    public required string Id { get; init; }

    /// <summary>What files hold.</summary>
    public ExportReport Report { get; init; }

    /// <summary>When runs come, in the five fields of cron.</summary>
    public required string Cron { get; init; }

    /// <summary>The IANA time zone of <see cref="Cron"/>, and of the days that spans are made of.</summary>
    public required string TimeZone { get; init; }

    /// <summary>What span each run covers.</summary>
    public SpanKind Span { get; init; }

    /// <summary>The files' format.</summary>
    public ExportFormat Format { get; init; }

    /// <summary>How files are compressed.</summary>
    public ExportCompression Compress { get; init; }

    /// <summary>The only tenant whose licenses are exported; null: all.</summary>
    public string? TenantId { get; init; }

    /// <summary>The template of files' names; null: <see cref="ExportNames.DefaultTemplate"/>.</summary>
    public string? Name { get; init; }

    /// <summary>Whether each span is exported as provisional as soon as it is over, and once more when it is final.</summary>
    public bool Provisional { get; init; }

    /// <summary>Whether it stands still. What it misses meanwhile is not made up.</summary>
    public bool Paused { get; init; }

    /// <summary>When it was made, UTC.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Runs come after this, UTC: when it was made, resumed, or its runs were changed.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>The end of the last span whose final export is done, UTC. What decides that none is made twice.</summary>
    public DateTimeOffset FinalThrough { get; init; }

    /// <summary>The end of the last span whose provisional export is done, UTC.</summary>
    public DateTimeOffset ProvisionalThrough { get; init; }

    /// <summary>How many spans were passed over, because more had been missed than are made up, or their evidence was removed.</summary>
    public long Skipped { get; init; }

    /// <summary>Its last export; null before the first.</summary>
    public string? LastExportId { get; init; }

    /// <summary>By what the last change with an <c>Idempotency-Key</c> is recognized when it comes again; null: by nothing.</summary>
    public string? ChangedBy { get; init; }

    /// <summary>The schedule, with runs from now on alone: the first of them covers the span that was over last.</summary>
    public ExportSchedule From(DateTimeOffset now)
    {
        var begin = SchedulePlan.BeforeLast(this, now);
        return this with { Since = now, FinalThrough = begin, ProvisionalThrough = begin };
    }

    internal DateTimeOffset Through(ExportState state) => state == ExportState.Final ? FinalThrough : ProvisionalThrough;

    // Never back: a round that was overtaken by another knows less.
    internal ExportSchedule Done(ExportState state, DateTimeOffset through, long skipped = 0) => through <= Through(state)
        ? this
        : state == ExportState.Final
            ? this with { FinalThrough = through, Skipped = Skipped + skipped }
            : this with { ProvisionalThrough = through };

    internal ExportOrder Order(ExportSpan span) => new()
    {
        Report = Report, Span = span, Format = Format, Compress = Compress, TenantId = TenantId, Name = Name,
    };
}
