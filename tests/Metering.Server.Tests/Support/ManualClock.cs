namespace Metering.Server.Tests.Support;

/// <summary>A clock that a test moves.</summary>
public sealed class ManualClock : IMeterClock
{
    public DateTimeOffset UtcNow { get; set; } = new(2026, 3, 10, 12, 0, 0, TimeSpan.Zero);

    public bool IsTestClock => true;

    public ValueTask SetAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        UtcNow = now;
        return ValueTask.CompletedTask;
    }
}
