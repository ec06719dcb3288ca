using MeterFunctions.Hosting;
using Metering;
using Metering.Api.Tests;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MeterFunctions.Tests.Hosting;

public sealed class OptionsTests : OptionsContract<FunctionsOptions>
{
    [Theory]
    [InlineData("Metering:AnswerWaitMilliseconds", "0", "is '0', but must be a whole number from 100 to 60000.")]
    [InlineData("Metering:MaxMessageCommands", "65", "is '65', but must be a whole number from 1 to 64.")]
    [InlineData("Metering:MaxLicenseQueue", "0", "is '0', but must be a whole number from 1 to 100000.")]
    [InlineData("Metering:CatalogCacheSeconds", "-1", "is '-1', but must be a whole number from 0 to 3600.")]
    [InlineData("Metering:TablePrefix", "1a/", "must be 3 to 30 letters and digits, the first a letter.")]
    [InlineData(
        "Metering:ExportContainer",
        "My--Exports",
        "must be the name of a container: 3 to 63 lower-case letters, digits and single hyphens.")]
    [InlineData("Metering:LeaseSigningKey", "s3cret", "must be a P-256 private key: PKCS #8 in base64, or PEM.")]
    [InlineData("Metering:Shards", "2", "is not an option of this host; docs/options.md lists them.")]
    public void A_wrong_option_of_the_app_is_named(string name, string value, string wrong) =>
        Assert.Equal($"{name} {wrong}", Assert.Single(Wrong((name, value))));

    [Fact]
    public void A_key_that_signs_is_read_as_it_was_made()
    {
        var key = Convert.ToBase64String(LeaseKey.Generate().ToPkcs8());

        Assert.Equal(key, Read(("Metering:LeaseSigningKey", key)).LeaseSigningKey);
    }

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
        var problem = Record.Exception(() => Start((setting, value), ("Metering:TestClock", "true")));

        Assert.Equal(starts, problem is null);
        if (!starts)
        {
            Assert.Contains("Metering:TestClockInProduction", problem!.Message, StringComparison.Ordinal);
            Assert.Contains(setting, problem.Message, StringComparison.Ordinal);
        }

        Start((setting, value), ("Metering:TestClock", "true"), ("Metering:TestClockInProduction", "true"));
        Start((setting, value));
    }

    [Fact]
    public void The_app_tells_all_that_is_wrong_at_once_when_it_starts()
    {
        var problem = Assert.Throws<OptionsValidationException>(() => Start(
            (
                "WEBSITE_SKU",
                "FlexConsumption"), ("Metering:TestClock", "true"), ("Metering:IdempotencyDay", "1"), ("Metering:LateWindowHours", "x"),
            ("Metering:Api:MaxEvents", "0"), ("Metering:Webhooks:KeepDays", "0")));

        Assert.Equal(5, problem.Failures.Count());
    }

    // The app's own registrations, as far as the check at the start; nothing of them is made.
    private static void Start(params (string Name, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value))).Build();
        using var services = new ServiceCollection().AddLogging().AddMeterFunctions(configuration).BuildServiceProvider();
        services.GetRequiredService<IStartupValidator>().Validate();
    }
}
