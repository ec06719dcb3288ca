using System.Text.Json.Serialization;

namespace Metering;

/// <summary>How often a meter starts anew (rule 3).</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<Interval>))]
public enum Interval
{
    /// <summary>Never: one period that does not end.</summary>
    None,

    /// <summary>Every hour of elapsed time.</summary>
    Hour,

    /// <summary>Every day, at the anchor's local time.</summary>
    Day,

    /// <summary>Every seven days.</summary>
    Week,

    /// <summary>Every month; an anchor on the 31st falls on the last day of shorter months.</summary>
    Month,

    /// <summary>Every year.</summary>
    Year,
}
