namespace Metering.Client;

/// <summary>
/// The meter could not be reached, or was busy, after all tries. It can't be reached either where a proxy or host before it refuses the
/// request with an answer of its own, such as a login or a page that is not found. What was sent may have been counted: the same call
/// with the same <see cref="UseDetails.IdempotencyKey"/> counts once and tells.
/// </summary>
public sealed class MeteringUnavailableException : MeteringException
{
    /// <summary>An exception that says what was tried.</summary>
    public MeteringUnavailableException(string message)
        : base(message)
    {
    }

    /// <summary>An exception that says what was tried, and what came of it.</summary>
    public MeteringUnavailableException(string message, Exception cause)
        : base(message, cause)
    {
    }

    /// <summary>When the meter asked to be tried again; null when it said nothing.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The HTTP status of the answer; null when there was none.</summary>
    public int? Status { get; init; }
}
