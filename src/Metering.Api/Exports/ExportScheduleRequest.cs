using System.Text.Json.Serialization;
using Metering.Reports;

namespace Metering.Api;

/// <summary>A schedule to be made or changed. A change leaves what it does not name.</summary>
[Example("""{"report":"usage","cron":"0 6 * * *","time_zone":"Europe/Berlin","span":"day","format":"csv"}""")]
public sealed record ExportScheduleRequest
{
    /// <summary>What files hold. Required for a new one.</summary>
    [NamesOf(typeof(ExportReport))]
    public string? Report { get; init; }

    /// <summary>When runs come: the five fields of cron, in <c>time_zone</c>. Required for a new one.</summary>
    public string? Cron { get; init; }

    /// <summary>An IANA time zone; absent in a new one: UTC.</summary>
    public string? TimeZone { get; init; }

    /// <summary>
    /// What each run covers: the last day, week (from Monday) or month that was over when it came. Required for a new one.
    /// </summary>
    [NamesOf(typeof(SpanKind))]
    public string? Span { get; init; }

    /// <summary>The files' format. Required for a new one.</summary>
    [NamesOf(typeof(ExportFormat))]
    public string? Format { get; init; }

    /// <summary>How files are compressed.</summary>
    [NamesOf(typeof(ExportCompression))]
    public string? Compress { get; init; }

    /// <summary>Only this tenant's licenses; null, or absent in a new one: all.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public OptionalText TenantId { get; init; }

    /// <summary>
    /// The files' names, as for an export; null removes what was set. Different runs need different names, so use <c>{from}</c> or
    /// <c>{id}</c>.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public OptionalText Name { get; init; }

    /// <summary>Whether each span is exported as soon as it is over, as provisional, and once more when it is final.</summary>
    public bool? Provisional { get; init; }

    /// <summary>True stops it, false starts it again; what it missed meanwhile is not made up.</summary>
    public bool? Paused { get; init; }
}
