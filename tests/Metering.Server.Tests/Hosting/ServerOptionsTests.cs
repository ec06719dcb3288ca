using Metering.Server.Hosting;
using Microsoft.Extensions.Configuration;

namespace Metering.Server.Tests.Hosting;

public sealed class ServerOptionsTests
{
    [Fact]
    public void Nothing_set_gives_the_defaults()
    {
        var options = Read();

        Assert.Equal("./data", options.Engine.DataDirectory);
        Assert.Equal(TimeSpan.FromDays(35), options.Engine.Rules.IdempotencyMemory);
        Assert.Equal(TimeSpan.FromDays(400), options.Engine.LedgerRetention);
        Assert.False(options.TestClock);
        Assert.Null(options.BootstrapToken);
    }

    [Theory]
    [InlineData("Metering:Shards", "0", "from 1 to 64")]
    [InlineData("Metering:Shards", "many", "from 1 to 64")]
    [InlineData("Metering:QueueLength", "99999999999999", "from 16 to 1000000")]
    [InlineData("Metering:CachedLicenses", "-1", "from 10 to 10000000")]
    [InlineData("Metering:LateWindowMinutes", "1.5", "from 0 to 50400")]
    [InlineData("Metering:TestClock", "maybe", "true or false")]
    [InlineData("Metering:ConfirmedTime", "today", "2026-11-26T10:00:00Z")]
    [InlineData("Metering:BootstrapToken", "short", "from 16 to 500 characters")]
    [InlineData("METERING_BOOTSTRAP_TOKEN", "short", "from 16 to 500 characters")]
    [InlineData("Metering:Tokens:0:Sha256", "xyz", "64 hexadecimal digits")]
    public void A_wrong_option_is_named_with_what_it_may_be(string name, string value, string allowed)
    {
        var problem = Assert.Throws<ServerOptionsException>(() => Read((name, value))).Message;

        Assert.Contains(name, problem, StringComparison.Ordinal);
        Assert.Contains(allowed, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_wrong_option_is_told_at_once_and_no_secret_is()
    {
        var problem = Assert.Throws<ServerOptionsException>(() => Read(
            ("Metering:Shards", "0"), ("Metering:BatchSize", "x"), ("Metering:BootstrapToken", "s3cret"))).Message;

        Assert.Equal(3, problem.Split(Environment.NewLine).Length);
        Assert.DoesNotContain("s3cret", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void The_ledger_must_be_kept_as_long_as_keys_are_remembered()
    {
        var problem = Assert.Throws<ServerOptionsException>(() => Read(("Metering:LedgerRetentionDays", "30"))).Message;

        Assert.Contains("LedgerRetentionDays", problem, StringComparison.Ordinal);
        Assert.Contains("IdempotencyDays", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Metering:Tokens:0:Scopes")]
    [InlineData("Metering:Tokens:0:Scopes:0")]
    public void Tokens_come_as_hashes_with_scopes(string scopes)
    {
        var options = Read(("Metering:Tokens:0:Name", "ci"), ("Metering:Tokens:0:Sha256", new string('A', 64)), (scopes, "read"));

        var (hash, grant) = Assert.Single(options.Tokens);
        Assert.Equal(new string('a', 64), hash);
        Assert.Equal("ci", grant.Name);
        Assert.Equal(["read"], grant.Scopes);
    }

    [Theory]
    [InlineData("root")]
    [InlineData("")]
    public void A_token_with_an_unknown_scope_or_none_is_refused(string scope)
    {
        var problem = Assert.Throws<ServerOptionsException>(() => Read(
            ("Metering:Tokens:0:Sha256", new string('a', 64)), ("Metering:Tokens:0:Scopes", scope))).Message;

        Assert.Contains("Metering:Tokens:0:Scopes", problem, StringComparison.Ordinal);
    }

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
        var (careless, meant) = (Read(("Metering:TestClock", "true")), Read(("Metering:TestClock", "true"), ("Metering:TestClockInProduction", "true")));

        var problem = Record.Exception(() => careless.RequireTestClockIsMeant(["http://127.0.0.1:1", address]));

        Assert.Equal(starts, problem is null);
        Assert.True(starts || problem!.Message.Contains("Metering:TestClockInProduction", StringComparison.Ordinal));
        meant.RequireTestClockIsMeant([address]);
        Read().RequireTestClockIsMeant([address]);
    }

    [Theory]
    [InlineData("2026-11-26")]
    [InlineData("2026-11-26T00:00:00Z")]
    public void A_confirmed_time_is_a_date_or_a_time(string text) =>
        Assert.Equal(new DateTimeOffset(2026, 11, 26, 0, 0, 0, TimeSpan.Zero), Read(("Metering:ConfirmedTime", text)).Engine.ConfirmedTime);

    private static ServerOptions Read(params (string Name, string Value)[] values) => ServerOptions.Read(new ConfigurationBuilder()
        .AddInMemoryCollection(values.Select(value => new KeyValuePair<string, string?>(value.Name, value.Value)))
        .Build());
}
