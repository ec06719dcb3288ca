using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace MeterFunctions.Hosting;

/// <summary>Refuses a test clock where the host says that it is production.</summary>
internal sealed class TestClockCheck(IConfiguration host) : IValidateOptions<FunctionsOptions>
{
    // Set in Azure, on one kind of plan or another, and nowhere else. (CONTAINER_NAME is set there too, and by tools on developers'
    // machines.)
    private static readonly string[] InstanceNames = ["WEBSITE_INSTANCE_ID", "WEBSITE_POD_NAME", "WEBSITE_SKU"];
    private const string EnvironmentName = "AZURE_FUNCTIONS_ENVIRONMENT";

    public ValidateOptionsResult Validate(string? name, FunctionsOptions options) =>
        options is { TestClock: true, TestClockInProduction: false } && SaysProduction() is { } why
            ? ValidateOptionsResult.Fail(
                $"{FunctionsOptions.Section}:{nameof(options.TestClock)} is true, but {why}, so this is production. Turn the test clock off, or set "
                + $"{FunctionsOptions.Section}:{nameof(options.TestClockInProduction)} to true if time may really be set here.")
            : ValidateOptionsResult.Success;

    // Why the host says that it is production; null when it does not.
    private string? SaysProduction()
    {
        if (Array.Find(InstanceNames, name => !string.IsNullOrEmpty(host[name])) is { } instance)
        {
            return $"{instance} is set";
        }

        return host[EnvironmentName] is { Length: > 0 } environment
            && !environment.Equals("Development", StringComparison.OrdinalIgnoreCase)
            ? $"{EnvironmentName} is {environment}"
            : null;
    }
}
