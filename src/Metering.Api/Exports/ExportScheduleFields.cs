using Metering.Reports;

namespace Metering.Api;

/// <summary>What a new schedule and a change of one say in the same way.</summary>
public abstract record ExportScheduleFields
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
}
