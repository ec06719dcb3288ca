using System.Text.Json.Serialization;

namespace Metering;

/// <summary>The command was refused. No count has changed.</summary>
public sealed record Refusal : Answer
{
    /// <summary>Why; one of <see cref="RefusalCode"/>.</summary>
    public required string Code { get; init; }

    /// <summary>Why, for people.</summary>
    public required string Detail { get; init; }

    /// <summary>The field at fault, as a JSON pointer, for <see cref="RefusalCode.InvalidRequest"/>.</summary>
    public string? Pointer { get; init; }

    /// <summary>
    /// In how many seconds the same request would pass, if nothing else is used until then: by the rate, the next period, or a grant that
    /// begins or recurs. Null where no such time is known.
    /// </summary>
    public long? RetryAfterSeconds { get; init; }

    /// <summary>How the feature stands, where one is concerned.</summary>
    public UsageAnswer? Usage { get; init; }

    /// <summary>For a machine over the limit: cores of the license's other machines.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public decimal? OtherCores { get; init; }
}
