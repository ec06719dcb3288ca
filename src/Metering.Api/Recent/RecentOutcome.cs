using System.Text.Json.Serialization;

namespace Metering.Api;

/// <summary>What a use or an event came to, as the live tail tells it.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<RecentOutcome>))]
public enum RecentOutcome
{
    /// <summary>It was counted now.</summary>
    Counted,

    /// <summary>It had been counted before (rule 8).</summary>
    Duplicate,

    /// <summary>The license's terms or its status did not let it through; nothing was counted.</summary>
    Refused,

    /// <summary>It could not be counted and was not kept: whoever sent it was told, and still has it.</summary>
    Rejected,

    /// <summary>It could not be counted and lies in the dead-letter list (rule 10).</summary>
    DeadLetter,
}
