using System.Text.Json.Serialization;

namespace Metering.Reports;

/// <summary>What span each run of a schedule covers: the last one that was over when the run came, in the schedule's time zone.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<SpanKind>))]
public enum SpanKind
{
    /// <summary>From midnight to midnight.</summary>
    Day,

    /// <summary>A week, from Monday.</summary>
    Week,

    /// <summary>A month, from its first day.</summary>
    Month,
}
