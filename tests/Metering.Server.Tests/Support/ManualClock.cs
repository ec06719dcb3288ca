namespace Metering.Server.Tests.Support;

/// <summary>A clock that a test moves.</summary>
public sealed class ManualClock : IMeterClock
{
    private DateTimeOffset _now = new(2026, 3, 10, 12, 0, 0, TimeSpan.Zero);

    public DateTimeOffset UtcNow
    {
        get => Fault is null ? _now : throw Fault;
        set => _now = value;
    }

    /// <summary>What reading the clock throws; null: it works.</summary>
    public Exception? Fault { get; set; }

    public bool IsTestClock { get; init; } = true;

    public ValueTask SetAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        UtcNow = now;
        return ValueTask.CompletedTask;
    }
}
