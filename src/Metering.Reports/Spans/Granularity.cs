using System.Text.Json.Serialization;

namespace Metering.Reports;

/// <summary>In which parts a usage report tells its span.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<Granularity>))]
public enum Granularity
{
    /// <summary>UTC days.</summary>
    Day,

    /// <summary>Hours; <see cref="ReportSpan.MaxDaysOfHours"/> days at most.</summary>
    Hour,

    /// <summary>The feature's own periods, as its schedule is now.</summary>
    Period,
}
