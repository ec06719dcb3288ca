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
        await using var engine = await MeterEngine.OpenAsync(
            fixture.Options with { ConfirmedTime = confirmed ? clock.UtcNow : null }, clock);
        using var retention = new Retention(engine, clock, TimeProvider.System, new LoopStatuses(), NullLogger<Retention>.Instance);

        Assert.Equal(TimeSpan.FromHours(confirmed ? 1 : 24), await retention.RoundAsync(CancellationToken.None));

        Assert.Equal(confirmed ? 0 : 1, fixture.Folder.Count("identity_all"));
        Assert.Equal(TimeSpan.FromHours(1), await retention.RoundAsync(CancellationToken.None));
        Assert.Equal(0, fixture.Folder.Count("identity_all"));
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
