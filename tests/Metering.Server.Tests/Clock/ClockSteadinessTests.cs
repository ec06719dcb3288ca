using Metering.Server.Clock;
using Metering.Server.Engine;
using Metering.Server.Tests.Support;
using Metering.Server.Tests.Webhooks;
using Microsoft.Extensions.Logging.Abstractions;

namespace Metering.Server.Tests.Clock;

/// <summary>What is made once and by the clock waits until a jump ahead has lasted.</summary>
public sealed class ClockSteadinessTests
{
    [Fact]
    public async Task A_jump_ahead_is_on_trial_for_an_hour_and_small_steps_are_not()
    {
        await using var fixture = await EngineFixture.StartAsync();
        var time = new SettableTime();
        var steadiness = Of(fixture.Engine, new SystemMeterClock(time, NullLogger.Instance), time);
        Assert.True(steadiness.IsSteady());
        time.Advance(TimeSpan.FromHours(5));
        Assert.True(steadiness.IsSteady());
        time.Jump(TimeSpan.FromMinutes(4));
        Assert.True(steadiness.IsSteady());

        time.Jump(TimeSpan.FromDays(5));
        Assert.False(steadiness.IsSteady());
        time.Advance(TimeSpan.FromMinutes(59));
        Assert.False(steadiness.IsSteady());
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.True(steadiness.IsSteady());

        // Set back it is as right as before the jump.
        time.Jump(TimeSpan.FromDays(-5));
        Assert.True(steadiness.IsSteady());
    }

    [Fact]
    public async Task A_clock_that_may_be_ahead_since_the_start_is_on_trial_for_a_day_and_a_test_clock_never()
    {
        await using var fixture = await EngineFixture.StartAsync();
        fixture.Clock.UtcNow += TimeSpan.FromDays(100);
        Assert.True(Of(fixture.Engine, fixture.Clock, TimeProvider.System).IsSteady());
        await fixture.Engine.DisposeAsync();
        var time = new SettableTime();
        var clock = new SystemMeterClock(time, NullLogger.Instance);
        await using var engine = await MeterEngine.OpenAsync(fixture.Options, clock);
        var steadiness = Of(engine, clock, time);

        Assert.False(steadiness.IsSteady());

        // A small jump meanwhile does not end it sooner.
        time.Advance(TimeSpan.FromHours(1));
        time.Jump(TimeSpan.FromMinutes(6));
        Assert.False(steadiness.IsSteady());
        time.Advance(TimeSpan.FromHours(22));
        Assert.False(steadiness.IsSteady());
        time.Advance(TimeSpan.FromHours(1));
        Assert.True(steadiness.IsSteady());
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(72, false)]
    public async Task A_clock_that_is_days_ahead_at_the_start_is_on_trial_for_an_hour_also_after_another_start(int hours, bool steady)
    {
        await using var fixture = await EngineFixture.StartAsync();
        await fixture.Engine.DisposeAsync();
        var time = new SettableTime();
        time.Jump(fixture.Clock.UtcNow.AddHours(hours) - time.GetUtcNow());
        var clock = new SystemMeterClock(time, NullLogger.Instance);
        await (await MeterEngine.OpenAsync(fixture.Options, clock)).DisposeAsync();
        time.Advance(TimeSpan.FromMinutes(30));
        await using var engine = await MeterEngine.OpenAsync(fixture.Options, clock);
        var steadiness = Of(engine, clock, time);

        Assert.Equal(steady, steadiness.IsSteady());
        time.Advance(TimeSpan.FromMinutes(29));
        Assert.Equal(steady, steadiness.IsSteady());
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.True(steadiness.IsSteady());
    }

    private static ClockSteadiness Of(MeterEngine engine, IMeterClock clock, TimeProvider time) =>
        new(engine, clock, time, NullLogger<ClockSteadiness>.Instance);
}
