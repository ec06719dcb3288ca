using Metering.Server.Loops;
using Metering.Server.Stores;
using Metering.Server.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Metering.Server.Tests.Stores;

/// <summary>How retention leaves time for counting.</summary>
public sealed class RetentionRestTests
{
    [Fact]
    public async Task It_rests_after_each_step_for_three_times_as_long_as_the_step_took()
    {
        await using var fixture = await EngineFixture.StartAsync(options => options with
        {
            IdempotencyDays = 1,
            LedgerRetentionDays = 2,
            RetentionRows = 2,
        });
        var time = new SteppingTime();
        using var retention = new Retention(fixture.Engine, fixture.Clock, time, new LoopStatuses(), NullLogger<Retention>.Instance);
        await fixture.OpenLicenseAsync("lic_a", limit: null);
        for (var i = 0; i < 5; i++)
        {
            await fixture.ConsumeAsync("lic_a", $"key-{i}");
        }

        await fixture.Engine.FlushAsync();
        fixture.Clock.UtcNow += TimeSpan.FromDays(5);

        await retention.RunAsync(CancellationToken.None);

        // Three steps forget six rows, and three remove them.
        Assert.Equal(Enumerable.Repeat(3 * SteppingTime.Step, 6), time.Waits);
    }

    /// <summary>Each look at the time is a step later than the one before; waits are over at once, and are noted.</summary>
    private sealed class SteppingTime : TimeProvider
    {
        public static readonly TimeSpan Step = TimeSpan.FromSeconds(1);

        private long _now;

        public List<TimeSpan> Waits { get; } = [];

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now += Step.Ticks;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Waits.Add(dueTime);
            return System.CreateTimer(callback, state, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }
}
