namespace Metering.Server.Tests.Webhooks;

/// <summary>Time that passes when a test says so; its clock can be set by itself.</summary>
internal sealed class SettableTime : TimeProvider
{
    private DateTimeOffset _now = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);
    private TimeSpan _passed;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public void Advance(TimeSpan by) => (_now, _passed) = (_now + by, _passed + by);

    public void Jump(TimeSpan by) => _now += by;

    public override DateTimeOffset GetUtcNow() => _now;

    public override long GetTimestamp() => _passed.Ticks;
}
