using Metering;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace MeterFunctions.Hosting;

/// <summary>Names the option that is wrong, so that the app does not start with it.</summary>
internal sealed class FunctionsOptionsCheck(IConfiguration? host = null) : IValidateOptions<FunctionsOptions>
{
    private const int ShortestToken = 16;

    // Set in Azure, on one kind of plan or another, and nowhere else. (CONTAINER_NAME is set there too, and by tools on developers' machines.)
    private static readonly string[] InstanceNames = ["WEBSITE_INSTANCE_ID", "WEBSITE_POD_NAME", "WEBSITE_SKU"];
    private const string EnvironmentName = "AZURE_FUNCTIONS_ENVIRONMENT";

    private static readonly string[] Scopes = ["ingest", "read", "manage"];

    public ValidateOptionsResult Validate(string? name, FunctionsOptions options)
    {
        List<string> problems = [];
        Between(nameof(options.AnswerWaitMilliseconds), options.AnswerWaitMilliseconds, 100, 60_000);
        Between(nameof(options.IdempotencyDays), options.IdempotencyDays, 1, 400);
        Between(nameof(options.LateWindowHours), options.LateWindowHours, 0, 720);
        Between(nameof(options.MaxOpenHolds), options.MaxOpenHolds, 1, MeterLimits.MaxOpenHolds);
        Between(nameof(options.CatalogCacheSeconds), options.CatalogCacheSeconds, 0, 3_600);
        Between(nameof(options.SignalCommands), options.SignalCommands, 1, 64);
        Between(nameof(options.QueuedCommands), options.QueuedCommands, 1, 100_000);
        if (options.TablePrefix.Length is < 3 or > 30 || !options.TablePrefix.All(char.IsAsciiLetterOrDigit) || !char.IsAsciiLetter(options.TablePrefix[0]))
        {
            problems.Add($"{FunctionsOptions.Section}:{nameof(options.TablePrefix)} must be 3 to 30 letters and digits and begin with a letter.");
        }

        if (options.BootstrapToken.Length is > 0 and < ShortestToken)
        {
            problems.Add($"{FunctionsOptions.Section}:{nameof(options.BootstrapToken)} must have {ShortestToken} characters or more: it opens everything.");
        }

        if (options.TestClock && !options.TestClockInProduction && SaysProduction() is { } why)
        {
            problems.Add($"{FunctionsOptions.Section}:{nameof(options.TestClock)} is true, but {why}, so this is production. Turn the test clock off, or set "
                + $"{FunctionsOptions.Section}:{nameof(options.TestClockInProduction)} to true if time may really be set here.");
        }

        for (var i = 0; i < options.Tokens.Count; i++)
        {
            Check(i, options.Tokens[i], problems);
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);

        void Between(string option, int value, int least, int most)
        {
            if (value < least || value > most)
            {
                problems.Add($"{FunctionsOptions.Section}:{option} is {value}, but must be from {least} to {most}.");
            }
        }
    }

    // Why the host says that it is production; null when it does not.
    private string? SaysProduction()
    {
        if (Array.Find(InstanceNames, name => !string.IsNullOrEmpty(host?[name])) is { } instance)
        {
            return $"{instance} is set";
        }

        return host?[EnvironmentName] is { Length: > 0 } environment && !environment.Equals("Development", StringComparison.OrdinalIgnoreCase)
            ? $"{EnvironmentName} is {environment}"
            : null;
    }

    private static void Check(int index, TokenOption token, List<string> problems)
    {
        var path = $"{FunctionsOptions.Section}:{nameof(FunctionsOptions.Tokens)}:{index}";
        if (string.IsNullOrWhiteSpace(token.Name))
        {
            problems.Add($"{path}:{nameof(token.Name)} must not be empty.");
        }

        if (token.Sha256.Length != 64 || !token.Sha256.All(char.IsAsciiHexDigit))
        {
            problems.Add($"{path}:{nameof(token.Sha256)} must be a SHA-256 hash: 64 hex digits.");
        }

        var scopes = ScopesOf(token);
        if (scopes.Length == 0 || scopes.Except(Scopes).Any())
        {
            problems.Add($"{path}:{nameof(token.Scopes)} must name some of {string.Join(", ", Scopes)}.");
        }
    }

    internal static string[] ScopesOf(TokenOption token) =>
        token.Scopes.Split([',', ' ', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
