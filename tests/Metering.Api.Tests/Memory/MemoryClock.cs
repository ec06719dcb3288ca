namespace Metering.Api.Tests.Memory;

internal sealed class MemoryClock : IMeterClock
{
    public DateTimeOffset UtcNow { get; set; } = new(2026, 11, 21, 10, 0, 0, TimeSpan.Zero);

    public bool IsTestClock { get; set; } = true;

    public ValueTask SetAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        UtcNow = DateTimeOffset.FromUnixTimeMilliseconds(now.ToUnixTimeMilliseconds());
        return ValueTask.CompletedTask;
    }
}
