using Metering.Server.Clock;
using Metering.Server.Engine;
using Metering.Server.Loops;
using Metering.Server.Stores;
using Metering.Server.Tests.Support;
using Metering.Server.Tests.Webhooks;
using Microsoft.Extensions.Logging.Abstractions;

namespace Metering.Server.Tests.Stores;

/// <summary>A wrong clock removes nothing: nothing would bring it back.</summary>
public sealed class RetentionClockTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Rule(8)]
    public async Task A_clock_that_is_ahead_at_the_start_removes_nothing_for_a_day_unless_it_was_confirmed(bool confirmed)
    {
        await using var fixture = await EngineFixture.StartAsync();
        await fixture.OpenLicenseAsync("lic_a");
        await fixture.ConsumeAsync("lic_a", "key-1");
        await fixture.Engine.DisposeAsync();
        var clock = new ManualClock { IsTestClock = false, UtcNow = fixture.Clock.UtcNow.AddDays(60) };
        var options = fixture.Options with { ConfirmedTime = confirmed ? clock.UtcNow : null };

        Assert.Equal(TimeSpan.FromHours(confirmed ? 1 : 24), await RoundAsync());
        Assert.Equal(confirmed ? 0 : 1, fixture.Folder.Count("identity_all"));

        // Another start does not end the wait.
        clock.UtcNow += TimeSpan.FromHours(20);
        Assert.Equal(TimeSpan.FromHours(confirmed ? 1 : 4), await RoundAsync());
        Assert.Equal(confirmed ? 0 : 1, fixture.Folder.Count("identity_all"));
        foreach (var _ in Enumerable.Range(0, 2))
        {
            clock.UtcNow += TimeSpan.FromHours(2);
            await RoundAsync();
        }

        Assert.Equal(TimeSpan.FromHours(1), await RoundAsync());
        Assert.Equal(0, fixture.Folder.Count("identity_all"));

        async Task<TimeSpan> RoundAsync()
        {
            await using var engine = await MeterEngine.OpenAsync(options, clock);
            using var retention = new Retention(engine, clock, TimeProvider.System, new LoopStatuses(), NullLogger<Retention>.Instance);
            return await retention.RoundAsync(CancellationToken.None);
        }
    }

    [Fact]
    [Rule(8)]
    public async Task Nothing_is_removed_while_the_clock_is_not_believed()
    {
        await using var fixture = await EngineFixture.StartAsync();
        await fixture.OpenLicenseAsync("lic_a");
        await fixture.ConsumeAsync("lic_a", "key-1");
        await fixture.Engine.FlushAsync();
        var time = new SettableTime();
        time.Jump(fixture.Clock.UtcNow.AddDays(60) - time.GetUtcNow());
        using var retention = new Retention(
            fixture.Engine,
            new SystemMeterClock(time, NullLogger.Instance),
            time,
            new LoopStatuses(),
            NullLogger<Retention>.Instance);
        time.Jump(TimeSpan.FromDays(-60));

        Assert.Equal(TimeSpan.FromHours(1), await retention.RoundAsync(CancellationToken.None));

        Assert.Equal(1, fixture.Folder.Count("identity_all"));
    }
}
