using Metering.Reports;

namespace Metering.Api;

/// <summary>An export, and how far it has come.</summary>
public sealed record ExportAnswer
{
    /// <summary><c>exp_</c> and 24 characters.</summary>
    public required string Id { get; init; }

    /// <summary>How it stands.</summary>
    public ExportStatus Status { get; init; }

    /// <summary>What the file holds.</summary>
    public ExportReport Report { get; init; }

    /// <summary>The beginning of the span.</summary>
    public DateTimeOffset From { get; init; }

    /// <summary>The end of the span, which is not in it.</summary>
    public DateTimeOffset To { get; init; }

    /// <summary>The file's format.</summary>
    public ExportFormat Format { get; init; }

    /// <summary>How the file is compressed.</summary>
    public ExportCompression Compress { get; init; }

    /// <summary>The only tenant whose licenses are in it; null: all.</summary>
    public string? TenantId { get; init; }

    /// <summary>The template of the file's name; null: the usual one.</summary>
    public string? Name { get; init; }

    /// <summary>The schedule that made it; null: a request did.</summary>
    public string? ScheduleId { get; init; }

    /// <summary>Whether late use may still come to its span; null before it was begun.</summary>
    public ExportState? State { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was begun for the last time.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Rows that were written so far.</summary>
    public long Rows { get; init; }

    /// <summary>Licenses that were read so far.</summary>
    public long LicensesDone { get; init; }

    /// <summary>Licenses that are to be read; null before they were counted.</summary>
    public long? LicensesTotal { get; init; }

    /// <summary>Where the file is; null before it is there.</summary>
    public string? File { get; init; }

    /// <summary>Where its manifest is; null before it is there.</summary>
    public string? Manifest { get; init; }

    /// <summary>The file's size.</summary>
    public long? Bytes { get; init; }

    /// <summary>SHA-256 of the file, lower-case hex.</summary>
    public string? Sha256 { get; init; }

    /// <summary>
    /// Why it failed: <c>not_writable</c>, <c>disk_full</c>, <c>file_exists</c>, <c>evidence_removed</c>, <c>unavailable</c>,
    /// <c>provisional_changed</c> or <c>fault</c>; null unless it did.
    /// </summary>
    public string? FailureCode { get; init; }

    /// <summary>Why it failed, for people.</summary>
    public string? Failure { get; init; }

    internal static ExportAnswer Of(ExportJob job, IExportSink sink) => new()
    {
        Id = job.Id,
        Status = job.Status,
        Report = job.Order.Report,
        From = job.Order.Span.From,
        To = job.Order.Span.To,
        Format = job.Order.Format,
        Compress = job.Order.Compress,
        TenantId = job.Order.TenantId,
        Name = job.Order.Name,
        ScheduleId = job.ScheduleId,
        State = job.State,
        CreatedAt = job.CreatedAt,
        StartedAt = job.StartedAt,
        EndedAt = job.EndedAt,
        Rows = job.Rows,
        LicensesDone = job.LicensesDone,
        LicensesTotal = job.LicensesTotal,
        File = job.File is { } file ? sink.LocationOf(file.Name) : null,
        Manifest = job.File is { } beside ? sink.LocationOf(ExportNames.Manifest(beside.Name)) : null,
        Bytes = job.File?.Bytes,
        Sha256 = job.File?.Sha256,
        FailureCode = job.FailureCode,
        Failure = job.Failure,
    };
}
