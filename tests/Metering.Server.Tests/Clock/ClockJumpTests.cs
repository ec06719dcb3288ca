using Metering.Server.Clock;
using Metering.Server.Engine;
using Metering.Server.Hosting;
using Metering.Server.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Metering.Server.Tests.Clock;

/// <summary>A clock that jumps must not bring licenses into another time for good.</summary>
public sealed class ClockJumpTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 26, 10, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(7.1)]
    [InlineData(-7.1)]
    [InlineData(3_650)]
    [InlineData(-20_000)]
    public void A_jump_of_more_than_seven_days_is_not_followed_until_the_clock_is_right(double days)
    {
        var machine = new Machine();
        var clock = new SystemMeterClock(machine, NullLogger.Instance);

        machine.Pass(TimeSpan.FromHours(5));
        machine.Jump(TimeSpan.FromDays(days));
        var during = clock.UtcNow;
        var problem = clock.Fault;
        machine.Pass(TimeSpan.FromMinutes(10));
        var later = clock.UtcNow;
        machine.Jump(-TimeSpan.FromDays(days));

        Assert.Equal(Start.AddHours(5), during);
        Assert.Equal(Start.AddHours(5).AddMinutes(10), later);
        Assert.Contains("--confirm-clock", problem, StringComparison.Ordinal);
        Assert.Equal(later, clock.UtcNow);
        Assert.Null(clock.Fault);
    }

    [Theory]
    [InlineData(6.9)]
    [InlineData(-6.9)]
    [InlineData(0.001)]
    public void A_smaller_jump_is_followed(double days)
    {
        var machine = new Machine();
        var clock = new SystemMeterClock(machine, NullLogger.Instance);

        machine.Jump(TimeSpan.FromDays(days));

        Assert.Equal(Start.AddDays(days), clock.UtcNow);
        Assert.Null(clock.Fault);
    }

    [Fact]
    public void Time_that_passes_is_no_jump_however_seldom_the_clock_is_read()
    {
        var machine = new Machine();
        var clock = new SystemMeterClock(machine, NullLogger.Instance);

        machine.Pass(TimeSpan.FromDays(300));

        Assert.Equal(Start.AddDays(300), clock.UtcNow);
        Assert.Null(clock.Fault);
    }

    [Theory]
    [InlineData("--Metering:TestClock=false")]
    [InlineData("--Metering:TestClock=true")]
    public async Task What_does_not_go_by_the_meters_clock_does_not_follow_a_jump_either(string setting)
    {
        using var folder = new DataFolder();
        var machine = new Machine();
        await using var app = MeteringServer.Build(
            ServerCommandLine.Parse(["--urls", "http://127.0.0.1:0", "--data", folder.Path, setting]),
            services => services.AddSingleton(new SystemMeterClock(machine, NullLogger.Instance)));
        var time = app.Services.GetRequiredService<TimeProvider>();
        Assert.Equal(Start, time.GetUtcNow());

        machine.Jump(TimeSpan.FromDays(3_650));
        machine.Pass(TimeSpan.FromHours(1));

        Assert.Equal(Start.AddHours(1), time.GetUtcNow());
    }

    [Theory]
    [InlineData(366, null, true)]
    [InlineData(367, null, false)]
    [InlineData(-8, null, false)]
    [InlineData(-6, null, true)]
    [InlineData(400, 401, true)]
    [InlineData(-400, -400, true)]
    [InlineData(400, 0, false)]
    public void At_the_start_the_clock_may_be_up_to_a_year_later_than_the_time_last_seen_or_must_be_confirmed(
        int days, int? confirmed, bool starts)
    {
        var clock = new ManualClock { IsTestClock = false, UtcNow = Start.AddDays(days) };

        var refused = Record.Exception(() => ClockAtStart.Check(clock, Start, confirmed is { } right ? Start.AddDays(right) : null));

        Assert.Equal(starts, refused is null);
        Assert.True(starts || refused!.Message.Contains($"--confirm-clock {clock.UtcNow:yyyy-MM-dd}", StringComparison.Ordinal));
        ClockAtStart.Check(clock, null, null);
        ClockAtStart.Check(new ManualClock { UtcNow = clock.UtcNow }, Start, null);
    }

    [Fact]
    public async Task A_start_with_a_wrong_clock_is_refused_until_it_is_confirmed_once()
    {
        using var folder = new DataFolder();
        var options = new ServerOptions { Data = folder.Path, Shards = 1 };
        var clock = new ManualClock { IsTestClock = false, UtcNow = Start };
        await (await MeterEngine.OpenAsync(options, clock)).DisposeAsync();
        clock.UtcNow = Start.AddYears(10);

        var refused = await Assert.ThrowsAsync<Metering.Server.Storage.DataDirectoryException>(() => MeterEngine.OpenAsync(options, clock));
        await (await MeterEngine.OpenAsync(options with { ConfirmedTime = Start.AddYears(10) }, clock)).DisposeAsync();
        await (await MeterEngine.OpenAsync(options, clock)).DisposeAsync();

        Assert.Contains("3653 days earlier", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>A machine whose clock may be set while time passes.</summary>
    private sealed class Machine : TimeProvider
    {
        private TimeSpan _passed;
        private TimeSpan _jumped;

        public void Pass(TimeSpan time) => _passed += time;

        public void Jump(TimeSpan by) => _jumped += by;

        public override DateTimeOffset GetUtcNow() => Start + _passed + _jumped;

        public override long GetTimestamp() => _passed.Ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;
    }
}
