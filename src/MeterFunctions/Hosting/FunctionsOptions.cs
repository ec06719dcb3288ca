using Metering;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace MeterFunctions.Hosting;

/// <summary>What an operator may set for the Functions app, from the configuration section <see cref="Section"/>.</summary>
public sealed class FunctionsOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Metering";

    /// <summary>How long a request waits for its answer, in milliseconds, before it gets 503 <c>busy</c>.</summary>
    public int AnswerWaitMilliseconds { get; set; } = 5_000;

    /// <summary>Days that an <c>Idempotency-Key</c> or an event id is remembered (rule 8).</summary>
    public int IdempotencyDays { get; set; } = 35;

    /// <summary>Hours within which a late event still counts in its own period and day (rule 10).</summary>
    public int LateWindowHours { get; set; } = 24;

    /// <summary>Most reservations and leases that a license may have open.</summary>
    public int MaxOpenHolds { get; set; } = MeterRules.Default.MaxOpenHolds;

    /// <summary>Whether the clock stands still and may be set. Never in production.</summary>
    public bool TestClock { get; set; }

    /// <summary>Whether the app may have a test clock although the host says that it is production: who may set it decides what everybody may use.</summary>
    public bool TestClockInProduction { get; set; }

    /// <summary>A token with every scope, for a first start, of 16 characters or more; empty: none.</summary>
    public string BootstrapToken { get; set; } = "";

    /// <summary>Tokens of producers and operators.</summary>
    public IReadOnlyList<TokenOption> Tokens { get; set; } = [];

    /// <summary>The key that signs lease tokens: PKCS#8 in base64, or PEM. Empty: one is made and kept in the storage.</summary>
    public string LeaseSigningKey { get; set; } = "";

    /// <summary>The key that signed before <see cref="LeaseSigningKey"/>: what it signed stays valid as long as it is here. Empty: none.</summary>
    public string PreviousLeaseSigningKey { get; set; } = "";

    /// <summary>The hub that usage events come from.</summary>
    public string EventHub { get; set; } = "usage";

    /// <summary>What the names of the tables begin with.</summary>
    public string TablePrefix { get; set; } = "Metering";

    /// <summary>For how many seconds an instance serves the catalog from memory: so long may it miss another instance's change.</summary>
    public int CatalogCacheSeconds { get; set; } = 5;

    /// <summary>Most commands that one signal brings to a license.</summary>
    public int SignalCommands { get; set; } = 32;

    /// <summary>Most commands of one license that wait in an instance; more are answered 503 <c>busy</c>.</summary>
    public int QueuedCommands { get; set; } = 1_000;
}

/// <summary>A token as the configuration names it.</summary>
public sealed class TokenOption
{
    /// <summary>Its name in logs.</summary>
    public string Name { get; set; } = "";

    /// <summary>SHA-256 of the token, in hex.</summary>
    public string Sha256 { get; set; } = "";

    /// <summary>Its scopes, separated by commas or blanks: <c>ingest</c>, <c>read</c>, <c>manage</c>.</summary>
    public string Scopes { get; set; } = "";
}

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
        Between(nameof(options.MaxOpenHolds), options.MaxOpenHolds, 1, MeterLimits.MostOpenHolds);
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
