namespace Metering.Benchmarks;

/// <summary>The machine's time.</summary>
internal sealed class SystemClock : IMeterClock
{
    public DateTimeOffset UtcNow => DateTimeOffset.FromUnixTimeMilliseconds(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());

    public bool IsTestClock => false;

    public ValueTask SetAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("The clock is not a test clock.");
}
