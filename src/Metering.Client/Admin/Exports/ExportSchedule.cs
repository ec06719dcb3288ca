namespace Metering.Client.Admin;

/// <summary>A schedule of exports, with its next runs.</summary>
public sealed record ExportSchedule
{
    /// <summary><c>sch_</c> and 24 characters.</summary>
    public required string Id { get; init; }

    /// <summary>What files hold: <c>ledger</c>, <c>usage</c> or <c>billing</c>.</summary>
    public required string Report { get; init; }

    /// <summary>When runs come.</summary>
    public required string Cron { get; init; }

    /// <summary>The IANA time zone.</summary>
    public required string TimeZone { get; init; }

    /// <summary>What each run covers: <c>day</c>, <c>week</c> or <c>month</c>.</summary>
    public required string Span { get; init; }

    /// <summary>The files' format: <c>csv</c>, <c>jsonl</c> or <c>parquet</c>.</summary>
    public required string Format { get; init; }

    /// <summary>How files are compressed: <c>none</c> or <c>gzip</c>.</summary>
    public required string Compress { get; init; }

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
    public int Skipped { get; init; }

    /// <summary>Its last export; null before the first.</summary>
    public string? LastExportId { get; init; }

    /// <summary>The exports that are due next, five at most; none while it is paused.</summary>
    public IReadOnlyList<NextRun> NextRuns { get; init => field = value ?? []; } = [];
}
