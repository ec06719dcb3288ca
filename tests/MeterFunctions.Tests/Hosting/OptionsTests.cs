using MeterFunctions.Hosting;

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
        { "Metering:TablePrefix", new() { TablePrefix = "1a/" } },
        { "Metering:Tokens:0:Sha256", new() { Tokens = [new TokenOption { Name = "a", Sha256 = "plain", Scopes = "read" }] } },
        { "Metering:Tokens:0:Name", new() { Tokens = [new TokenOption { Sha256 = new string('a', 64), Scopes = "read" }] } },
        { "Metering:Tokens:0:Scopes", new() { Tokens = [new TokenOption { Name = "a", Sha256 = new string('a', 64), Scopes = "admin" }] } },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void The_wrong_option_is_named(string option, FunctionsOptions options)
    {
        var result = new FunctionsOptionsCheck().Validate(null, options);

        Assert.True(result.Failed);
        Assert.Contains(option, result.FailureMessage, StringComparison.Ordinal);
    }
}
