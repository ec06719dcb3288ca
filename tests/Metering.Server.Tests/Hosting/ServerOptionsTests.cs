using Metering.Api.Tests;
using Metering.Server.Hosting;

namespace Metering.Server.Tests.Hosting;

public sealed class ServerOptionsTests : OptionsContract<ServerOptions>
{
    [Fact]
    public void Nothing_set_gives_the_defaults_of_the_server()
    {
        var options = Read();

        Assert.Equal("./data", options.Data);
        Assert.Equal((TimeSpan.FromDays(400), TimeSpan.FromSeconds(1)), (options.LedgerRetention, options.WriteOutAfter));
        Assert.Equal((false, false, null), (options.Demo, options.JsonLogs, options.ConfirmedTime));
    }

    [Theory]
    [InlineData("Metering:Shards", "0", "is '0', but must be a whole number from 1 to 64.")]
    [InlineData("Metering:Shards", "many", "is 'many', but must be a whole number from 1 to 64.")]
    [InlineData("Metering:MaxShardQueue", "99999999999999", "is '99999999999999', but must be a whole number from 16 to 1000000.")]
    [InlineData("Metering:MaxCachedLicenses", "-1", "is '-1', but must be a whole number from 10 to 10000000.")]
    [InlineData("Metering:JsonLogs", "yes", "is 'yes', but must be true or false.")]
    [InlineData("Metering:ConfirmedTime", "today", "is 'today', but must be a date or a time such as 2026-11-26 or 2026-11-26T10:00:00Z.")]
    [InlineData("Metering:WriteOutEntries", "80001", "must not be more than Metering:MaxPendingEntries, 80000.")]
    [InlineData("Metering:TablePrefix", "Meter", "is not an option of this host; docs/options.md lists them.")]
    [InlineData("Metering:CachedLicenses", "50000", "is not an option: did you mean MaxCachedLicenses?")]
    public void A_wrong_option_of_the_server_is_named(string name, string value, string wrong) =>
        Assert.Equal($"{name} {wrong}", Assert.Single(Wrong((name, value))));

    [Theory]
    [InlineData("2026-11-26")]
    [InlineData("2026-11-26T00:00:00Z")]
    public void A_confirmed_time_is_a_date_or_a_time(string text) =>
        Assert.Equal(new DateTimeOffset(2026, 11, 26, 0, 0, 0, TimeSpan.Zero), Read(("Metering:ConfirmedTime", text)).ConfirmedTime);

    [Theory]
    [InlineData("http://127.0.0.1:8080", true)]
    [InlineData("http://localhost:8080", true)]
    [InlineData("http://[::1]:8080", true)]
    [InlineData("http://unix:/tmp/meter.sock", true)]
    [InlineData("http://0.0.0.0:8080", false)]
    [InlineData("http://*:8080", false)]
    [InlineData("http://+:8080", false)]
    [InlineData("http://[::]:8080", false)]
    [InlineData("http://10.1.2.3:8080", false)]
    [InlineData("http://meter.example.com:8080", false)]
    public void A_test_clock_that_others_can_reach_must_be_meant(string address, bool starts)
    {
        var check = new TestClockCheck(["http://127.0.0.1:1", address]);

        var result = check.Validate(null, new ServerOptions { TestClock = true });

        Assert.Equal(starts, result.Succeeded);
        Assert.True(starts || result.FailureMessage!.Contains("Metering:TestClockInProduction", StringComparison.Ordinal));
        Assert.True(check.Validate(null, new ServerOptions { TestClock = true, TestClockInProduction = true }).Succeeded);
        Assert.True(check.Validate(null, new ServerOptions()).Succeeded);
    }
}
