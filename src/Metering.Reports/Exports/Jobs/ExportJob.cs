namespace Metering.Reports;

/// <summary>An export, and how far it has come.</summary>
public sealed record ExportJob
{
    /// <summary>Its id, <c>exp_…</c>.</summary>
    public required string Id { get; init; }

    /// <summary>What is exported.</summary>
    public required ExportOrder Order { get; init; }

    /// <summary>The schedule that made it; null: a request did.</summary>
    public string? ScheduleId { get; init; }

    /// <summary>When it was made, UTC.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>How it stands.</summary>
    public ExportStatus Status { get; init; }

    /// <summary>Whether its span can still change; null before it was begun.</summary>
    public ExportState? State { get; init; }

    /// <summary>
    /// How often it was begun: more than once where a crash interrupted it, or where it failed and is tried again. Of one that is written
    /// in parts, how often the present part was; 0: it was not yet.
    /// </summary>
    public int Attempts { get; init; }

    /// <summary>Whether it has failed before, so that a file without a manifest under its name may be its own.</summary>
    public bool IsRetry { get; init; }

    /// <summary>How often it was run in all, parts included: by this a run finds that another has taken over.</summary>
    public long Runs { get; init; }

    /// <summary>When it was begun for the last time, UTC.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended, UTC.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Rows that were written so far.</summary>
    public long Rows { get; init; }

    /// <summary>Licenses that were read so far.</summary>
    public long LicensesDone { get; init; }

    /// <summary>Licenses that are to be read; null before they were counted.</summary>
    public long? LicensesTotal { get; init; }

    /// <summary>The file, once it is there.</summary>
    public ExportedFile? File { get; init; }

    /// <summary>The name of the file with the rest of the adjustments; null where there is none.</summary>
    public string? AdjustmentsName { get; init; }

    /// <summary>Why it failed, as a code; null unless it did.</summary>
    public string? FailureCode { get; init; }

    /// <summary>Why it failed, for people.</summary>
    public string? Failure { get; init; }

    /// <summary>Whether it has ended.</summary>
    public bool IsOver => Status is ExportStatus.Done or ExportStatus.Failed or ExportStatus.Cancelled;

    /// <summary>The job, stopped: at once where it waits, soon where it runs; one that has ended stays as it is.</summary>
    public ExportJob Cancel(DateTimeOffset now) => Status switch
    {
        ExportStatus.Waiting => this with { Status = ExportStatus.Cancelled, EndedAt = now },
        ExportStatus.Running => this with { Status = ExportStatus.Cancelling },
        _ => this,
    };
}
