namespace Metering.Client.Admin;

/// <summary>A schedule to be made, or what is to be different about one: what is null stays as it is.</summary>
public sealed record ExportScheduleChange
{
    /// <summary>What files hold. Required for a new one: <c>ledger</c>, <c>usage</c> or <c>billing</c>.</summary>
    public string? Report { get; init; }

    /// <summary>When runs come: the five fields of cron, in <c>time_zone</c>. Required for a new one.</summary>
    public string? Cron { get; init; }

    /// <summary>An IANA time zone; absent in a new one: UTC.</summary>
    public string? TimeZone { get; init; }

    /// <summary>
    /// What each run covers: the last day, week (from Monday) or month that was over when it came. Required for a new one: <c>day</c>,
    /// <c>week</c> or <c>month</c>.
    /// </summary>
    public string? Span { get; init; }

    /// <summary>The files' format. Required for a new one: <c>csv</c>, <c>jsonl</c> or <c>parquet</c>.</summary>
    public string? Format { get; init; }

    /// <summary>How files are compressed: <c>none</c> or <c>gzip</c>.</summary>
    public string? Compress { get; init; }

    /// <summary>Only this tenant's licenses; absent in a new one: all.</summary>
    public string? TenantId { get; init; }

    /// <summary>
    /// The files' names, as for an export. Different runs need different names: have <c>{from}</c> or <c>{id}</c> in it.
    /// </summary>
    public string? Name { get; init; }

    /// <summary>Whether each span is exported as soon as it is over, as provisional, and once more when it is final.</summary>
    public bool? Provisional { get; init; }

    /// <summary>True stops it, false starts it again; what it missed meanwhile is not made up.</summary>
    public bool? Paused { get; init; }
}
