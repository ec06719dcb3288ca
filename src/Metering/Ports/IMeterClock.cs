namespace Metering;

/// <summary>The host's clock, as the API reads and, on a test clock, sets it.</summary>
public interface IMeterClock
{
    /// <summary>Now, UTC, in whole milliseconds.</summary>
    DateTimeOffset UtcNow { get; }

    /// <summary>Whether the clock may be set (never in production).</summary>
    bool IsTestClock { get; }

    /// <summary>Sets a test clock.</summary>
    /// <exception cref="InvalidOperationException">The clock is not a test clock.</exception>
    ValueTask SetAsync(DateTimeOffset now, CancellationToken cancellationToken);
}
