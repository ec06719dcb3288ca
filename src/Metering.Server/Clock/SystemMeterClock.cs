namespace Metering.Server.Clock;

/// <summary>The real time, in whole milliseconds.</summary>
/// <param name="time">Where it comes from.</param>
public sealed class SystemMeterClock(TimeProvider time) : IMeterClock
{
    /// <inheritdoc/>
    public DateTimeOffset UtcNow => UtcJsonConverter.WholeMilliseconds(time.GetUtcNow());

    /// <inheritdoc/>
    public bool IsTestClock => false;

    /// <inheritdoc/>
    public ValueTask SetAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("The clock is not a test clock.");
}
