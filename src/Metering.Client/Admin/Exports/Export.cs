using System.Text.Json.Serialization;

namespace Metering.Client.Admin;

/// <summary>An export, and how far it has come.</summary>
public sealed record Export
{
    /// <summary><c>exp_</c> and 24 characters.</summary>
    public required string Id { get; init; }

    /// <summary>
    /// How it stands: <c>waiting</c>, <c>running</c>, <c>cancelling</c>, <c>done</c>, <c>failed</c> or <c>cancelled</c>.
    /// </summary>
    public required string Status { get; init; }

    /// <summary>What the file holds: <c>ledger</c>, <c>usage</c> or <c>billing</c>.</summary>
    public required string Report { get; init; }

    /// <summary>The beginning of the span.</summary>
    public DateTimeOffset From { get; init; }

    /// <summary>The end of the span, which is not in it.</summary>
    public DateTimeOffset To { get; init; }

    /// <summary>The file's format: <c>csv</c>, <c>jsonl</c> or <c>parquet</c>.</summary>
    public required string Format { get; init; }

    /// <summary>How the file is compressed: <c>none</c> or <c>gzip</c>.</summary>
    public required string Compress { get; init; }

    /// <summary>The only tenant whose licenses are in it; null: all.</summary>
    public string? TenantId { get; init; }

    /// <summary>The template of the file's name; null: the usual one.</summary>
    public string? Name { get; init; }

    /// <summary>The schedule that made it; null: a request did.</summary>
    public string? ScheduleId { get; init; }

    /// <summary>Whether late use may still come to its span; null before it was begun: <c>provisional</c> or <c>final</c>.</summary>
    public string? State { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was begun for the last time.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Rows that were written so far.</summary>
    public long Rows { get; init; }

    /// <summary>Licenses that were read so far.</summary>
    public int LicensesDone { get; init; }

    /// <summary>Licenses that are to be read; null before they were counted.</summary>
    public int? LicensesTotal { get; init; }

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

    /// <summary>Whether nothing more will come of it.</summary>
    [JsonIgnore]
    public bool IsOver => Status is "done" or "failed" or "cancelled";
}
