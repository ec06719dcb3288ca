namespace Metering.Client.Tests;

/// <summary>Options are checked when a client is made, and hold for as long as it lives.</summary>
public sealed class OptionTests
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    public static TheoryData<string, Action<TimeSpan>> Times => new()
    {
        { "MaxDelay", time => Events(options => options.MaxDelay = time).Check() },
        { "ShutdownTimeout", time => Events(options => options.ShutdownTimeout = time).Check() },
        { "AttemptTimeout", time => Events(options => options.AttemptTimeout = time).Check() },
        { "SyncInterval", time => Leased(options => options.SyncInterval = time).Check() },
        { "CloseTimeout", time => Leased(options => options.CloseTimeout = time).Check() },
    };

    [Theory, MemberData(nameof(Times))]
    public void A_time_is_at_most_a_day(string name, Action<TimeSpan> check)
    {
        ArgumentNullException.ThrowIfNull(check);

        check(Day);
        Assert.Equal(name, Assert.Throws<ArgumentException>(() => check(Day + TimeSpan.FromTicks(1))).ParamName);
        Assert.Equal(name, Assert.Throws<ArgumentException>(() => check(TimeSpan.FromTicks(-1))).ParamName);
    }

    [Fact]
    public async Task A_later_change_of_options_changes_no_clients()
    {
        var options = new MeteringClientsOptions { Address = new Uri("http://meter.test/") };
        using var clients = new MeteringClients(options);

        options.Address = null;

        await using var client = clients.Of("lk_1");
        Assert.Equal(0, client.WaitingUses);
    }

    private static MeteringEventsOptions Events(Action<MeteringEventsOptions> change)
    {
        var options = new MeteringEventsOptions { Address = new Uri("http://meter.test/"), Token = "token", QueueDirectory = "queue" };
        change(options);
        return options;
    }

    private static LeasedMeterOptions Leased(Action<LeasedMeterOptions> change)
    {
        var options = new LeasedMeterOptions { FeatureCode = "calls", Directory = "leases", Fingerprint = "machine" };
        change(options);
        return options;
    }
}
