using MeterFunctions.Hosting;
using Microsoft.Extensions.Configuration;

namespace MeterFunctions.Tests.Hosting;

public sealed class OptionsTests
{
    [Fact]
    public void The_defaults_are_valid() => Assert.True(new FunctionsOptionsCheck().Validate(null, new FunctionsOptions()).Succeeded);

    public static TheoryData<string, FunctionsOptions> Wrong => new()
    {
        { "Metering:AnswerWaitMilliseconds", new() { AnswerWaitMilliseconds = 0 } },
        { "Metering:IdempotencyDays", new() { IdempotencyDays = 0 } },
        { "Metering:LateWindowHours", new() { LateWindowHours = -1 } },
        { "Metering:SignalCommands", new() { SignalCommands = 65 } },
        { "Metering:QueuedCommands", new() { QueuedCommands = 0 } },
        { "Metering:CatalogCacheSeconds", new() { CatalogCacheSeconds = -1 } },
        { "Metering:BootstrapToken", new() { BootstrapToken = "15-characters-x" } },
        { "Metering:TablePrefix", new() { TablePrefix = "1a/" } },
        { "Metering:Tokens:0:Sha256", new() { Tokens = [new TokenOption { Name = "a", Sha256 = "plain", Scopes = "read" }] } },
        { "Metering:Tokens:0:Name", new() { Tokens = [new TokenOption { Sha256 = new string('a', 64), Scopes = "read" }] } },
        { "Metering:Tokens:0:Scopes", new() { Tokens = [new TokenOption { Name = "a", Sha256 = new string('a', 64), Scopes = "admin" }] } },
    };

    [Fact]
    public void A_bootstrap_token_of_16_characters_is_long_enough() =>
        Assert.True(new FunctionsOptionsCheck().Validate(null, new FunctionsOptions { BootstrapToken = "16-characters-xy" }).Succeeded);

    [Theory]
    [InlineData("WEBSITE_INSTANCE_ID", "4f6d", false)]
    [InlineData("WEBSITE_POD_NAME", "app-1", false)]
    [InlineData("WEBSITE_SKU", "FlexConsumption", false)]
    [InlineData("CONTAINER_NAME", "dev", true)]
    [InlineData("AZURE_FUNCTIONS_ENVIRONMENT", "Production", false)]
    [InlineData("AZURE_FUNCTIONS_ENVIRONMENT", "Staging", false)]
    [InlineData("AZURE_FUNCTIONS_ENVIRONMENT", "Development", true)]
    [InlineData("WEBSITE_HOSTNAME", "localhost:7071", true)]
    public void The_test_clock_is_refused_where_the_host_says_that_it_is_production(string setting, string value, bool starts)
    {
        var host = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { [setting] = value }).Build();
        var check = new FunctionsOptionsCheck(host);

        var result = check.Validate(null, new FunctionsOptions { TestClock = true });

        Assert.Equal(starts, result.Succeeded);
        if (!starts)
        {
            Assert.Contains("Metering:TestClockInProduction", result.FailureMessage, StringComparison.Ordinal);
            Assert.Contains(setting, result.FailureMessage, StringComparison.Ordinal);
        }

        Assert.True(check.Validate(null, new FunctionsOptions { TestClock = true, TestClockInProduction = true }).Succeeded);
        Assert.True(check.Validate(null, new FunctionsOptions()).Succeeded);
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public void The_wrong_option_is_named(string option, FunctionsOptions options)
    {
        var result = new FunctionsOptionsCheck().Validate(null, options);

        Assert.True(result.Failed);
        Assert.Contains(option, result.FailureMessage, StringComparison.Ordinal);
    }
}
