using System.Text.Json.Serialization;

namespace Metering;

/// <summary>Whether what is said of a period can still change.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<PeriodStatus>))]
public enum PeriodStatus
{
    /// <summary>It is over, and late use can no longer reach it (rule 10): it says the same for ever.</summary>
    Final,

    /// <summary>It is over, but late use may still count in it.</summary>
    Closed,

    /// <summary>It goes on.</summary>
    Open,
}
