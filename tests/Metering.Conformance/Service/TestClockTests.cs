using Metering.Conformance.Client;

namespace Metering.Conformance.Service;

public sealed class TestClockTests : ClockTest
{
    [ClockFact]
    public async Task The_clock_is_set_and_advanced()
    {
        var noon = await MoveToNoon();
        Assert.InRange(await Meter.Now(), noon, noon.AddMinutes(1));

        var advanced = await Meter.Put("/api/v1/test-clock", new { advance = "P1D" }).Is(200);

        Assert.InRange(advanced.Time("now"), noon.AddDays(1), noon.AddDays(1).AddMinutes(1));
        await Advance("PT1H30M");
        Assert.InRange(await Meter.Now(), noon.AddDays(1).AddMinutes(90), noon.AddDays(1).AddMinutes(91));
    }

    [ClockFact]
    public async Task A_time_or_duration_that_is_none_is_refused()
    {
        var before = await Meter.Now();
        foreach (var body in new[]
        {
            "{}", """{"now":"yesterday"}""", """{"now":5}""", """{"advance":"soon"}""", """{"advance":5}""", """{"advance":""}""",
            """{"now":"2026-01-01T00:00:00"}""", """{"advance":"P99999999Y"}""",
        })
        {
            await Meter.Put("/api/v1/test-clock", body).Refuses(400, "invalid_request");
        }

        Assert.InRange(await Meter.Now(), before, before.AddMinutes(1));
    }
}
