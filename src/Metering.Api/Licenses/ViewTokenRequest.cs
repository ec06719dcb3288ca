namespace Metering.Api;

/// <summary>Body of a view token's creation.</summary>
[Example("""{"ttl_seconds":3600}""")]
public sealed record ViewTokenRequest
{
    /// <summary>How long a token is good where the request does not say, in seconds.</summary>
    public const int DefaultSeconds = 900;

    /// <summary>
    /// How long it is good, in seconds; from 1 to <c>Metering:CustomerPage:MaxTokenHours</c>. Absent: 15 minutes.
    /// </summary>
    public int? TtlSeconds { get; init; }
}
