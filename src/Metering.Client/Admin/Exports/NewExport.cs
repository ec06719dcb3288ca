namespace Metering.Client.Admin;

/// <summary>An export to be made.</summary>
public sealed record NewExport
{
    /// <summary>What the file holds. Required: <c>ledger</c>, <c>usage</c> or <c>billing</c>.</summary>
    public required string Report { get; init; }

    /// <summary>
    /// The beginning of the span: a time, or a day, which stands for its beginning, UTC. Required; for <c>usage</c> a midnight, UTC.
    /// </summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>
    /// The end of the span, which is not in it, as a time or a day; at most 400 days later. Required; for <c>usage</c> a midnight, UTC.
    /// Of <c>billing</c>, the periods that end after <c>from</c>, and at <c>to</c> or before.
    /// </summary>
    public required DateTimeOffset To { get; init; }

    /// <summary>The file's format. Required: <c>csv</c>, <c>jsonl</c> or <c>parquet</c>.</summary>
    public required string Format { get; init; }

    /// <summary>How the file is compressed; Parquet compresses itself: <c>none</c> or <c>gzip</c>.</summary>
    public string? Compress { get; init; }

    /// <summary>Only this tenant's licenses; absent: all.</summary>
    public string? TenantId { get; init; }

    /// <summary>
    /// The file's name without its ending, with <c>{report}</c>, <c>{tenant}</c>, <c>{from}</c>, <c>{to}</c>, <c>{date}</c> and
    /// <c>{id}</c>, and <c>/</c> for folders; absent: <c>{report}-{tenant}-{from}-{to}-{id}</c>.
    /// </summary>
    public string? Name { get; init; }
}
