using System.Text.Json.Serialization;
using Metering.Reports;

namespace Metering.Api;

/// <summary>An export to be made.</summary>
[Example("""{"report":"usage","from":"2026-11-01","to":"2026-12-01","format":"csv","compress":"gzip"}""")]
public sealed record ExportRequest
{
    /// <summary>What the file holds. Required.</summary>
    [NamesOf(typeof(ExportReport))]
    public string? Report { get; init; }

    /// <summary>
    /// The beginning of the span: a time, or a day, which stands for its beginning, UTC. Required; for <c>usage</c> a midnight, UTC.
    /// </summary>
    [JsonConverter(typeof(TimeOrDayJsonConverter))]
    public DateTimeOffset? From { get; init; }

    /// <summary>
    /// The end of the span, which is not in it, as a time or a day; at most 400 days later. Required; for <c>usage</c> a midnight, UTC.
    /// Of <c>billing</c>, the periods that end after <c>from</c>, and at <c>to</c> or before.
    /// </summary>
    [JsonConverter(typeof(TimeOrDayJsonConverter))]
    public DateTimeOffset? To { get; init; }

    /// <summary>The file's format. Required.</summary>
    [NamesOf(typeof(ExportFormat))]
    public string? Format { get; init; }

    /// <summary>How the file is compressed; Parquet compresses itself.</summary>
    [NamesOf(typeof(ExportCompression))]
    public string? Compress { get; init; }

    /// <summary>Only this tenant's licenses; absent: all.</summary>
    public string? TenantId { get; init; }

    /// <summary>
    /// The file's name without its ending, with <c>{report}</c>, <c>{tenant}</c>, <c>{from}</c>, <c>{to}</c>, <c>{date}</c> and
    /// <c>{id}</c>, and <c>/</c> for folders; absent: <c>{report}-{tenant}-{from}-{to}-{id}</c>.
    /// </summary>
    public string? Name { get; init; }
}
