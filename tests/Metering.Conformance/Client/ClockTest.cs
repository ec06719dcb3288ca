namespace Metering.Conformance.Client;

/// <summary>
/// A test that moves the host's clock. The clock is one for the whole host, so these tests run one after the other when all
/// others have run, and only move it forward. A test clock may go on by itself between calls: no test minds a few seconds.
/// </summary>
[Collection(Name)]
public abstract class ClockTest : ContractTest
{
    public const string Name = "clock";

    protected async Task MoveTo(DateTimeOffset time)
    {
        Assert.True(time >= await Meter.Now(), $"the test would move the clock back to {time:O}");
        await Meter.Put("/api/v1/test-clock", new { now = Meter.Text(time) }).Is(200);
    }

    protected Task Advance(string duration) => Meter.Put("/api/v1/test-clock", new { advance = duration }).Is(200);

    /// <summary>Moves to the next noon, UTC, so that no day ends while the test runs.</summary>
    protected async Task<DateTimeOffset> MoveToNoon()
    {
        var now = await Meter.Now();
        var noon = new DateTimeOffset(now.UtcDateTime.Date.AddDays(1).AddHours(12), TimeSpan.Zero);
        await MoveTo(noon);
        return noon;
    }

    protected static DateTimeOffset Utc(int year, int month, int day, int hour = 0, int minute = 0) =>
        new(year, month, day, hour, minute, 0, TimeSpan.Zero);
}
