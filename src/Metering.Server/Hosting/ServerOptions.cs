using System.Globalization;
using System.Net;
using Metering.Server.Engine;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace Metering.Server.Hosting;

/// <summary>What the server reads from the configuration section <c>Metering</c>, checked.</summary>
public sealed record ServerOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Metering";

    /// <summary>The environment variable that gives a token with all scopes.</summary>
    public const string BootstrapVariable = "METERING_BOOTSTRAP_TOKEN";

    /// <summary>How the engine is sized and what it keeps.</summary>
    public required EngineOptions Engine { get; init; }

    /// <summary>Whether the clock is one that may be set; never in production.</summary>
    public bool TestClock { get; init; }

    /// <summary>Whether a test clock is meant although others can reach the server.</summary>
    public bool TestClockInProduction { get; init; }

    /// <summary>Whether to put demo data into the data directory.</summary>
    public bool Demo { get; init; }

    /// <summary>Whether logs are written as JSON.</summary>
    public bool JsonLogs { get; init; }

    /// <summary>A token with all scopes, for containers and tests; null: none.</summary>
    public string? BootstrapToken { get; init; }

    /// <summary>Tokens by their SHA-256 hashes (lower-case hex).</summary>
    public IReadOnlyDictionary<string, TokenGrant> Tokens { get; init; } = new Dictionary<string, TokenGrant>();

    /// <summary>Reads the options; what is not set has its default.</summary>
    /// <exception cref="ServerOptionsException">An option is wrong; the message names it and what it may be.</exception>
    public static ServerOptions Read(IConfiguration configuration)
    {
        var section = new OptionReader(configuration.GetSection(Section));
        var standard = new EngineOptions { DataDirectory = "" };
        var engine = new EngineOptions
        {
            DataDirectory = section.Text("Data", "./data", 1, 1_000),
            Shards = section.Number("Shards", standard.Shards, 1, 64),
            QueueLength = section.Number("QueueLength", standard.QueueLength, 16, 1_000_000),
            BatchSize = section.Number("BatchSize", standard.BatchSize, 1, 65_536),
            PendingEntries = section.Number("PendingEntries", standard.PendingEntries, 1_000, 10_000_000),
            WriteOutEntries = section.Number("WriteOutEntries", standard.WriteOutEntries, 100, 10_000_000),
            WriteOutAfter = TimeSpan.FromMilliseconds(
                section.Number("WriteOutAfterMilliseconds", (int)standard.WriteOutAfter.TotalMilliseconds, 10, 60_000)),
            CachedLicenses = section.Number("CachedLicenses", standard.CachedLicenses, 10, 10_000_000),
            LedgerRetention = TimeSpan.FromDays(section.Number("LedgerRetentionDays", (int)standard.LedgerRetention.TotalDays, 1, 36_500)),
            OutboxSignals = section.Number("OutboxSignals", standard.OutboxSignals, 100, 100_000_000),
            DeadLetters = section.Number("DeadLetters", standard.DeadLetters, 100, 100_000_000),
            FilterMebibytes = section.Number("FilterMebibytes", standard.FilterMebibytes, 1, 1_024),
            CacheMebibytes = section.Number("CacheMebibytes", standard.CacheMebibytes, 1, 4_096),
            ConfirmedTime = section.Time("ConfirmedTime"),
            Rules = new MeterRules
            {
                IdempotencyMemory = TimeSpan.FromDays(section.Number("IdempotencyDays", (int)MeterRules.Default.IdempotencyMemory.TotalDays, 1, 3_650)),
                LateWindow = TimeSpan.FromMinutes(section.Number("LateWindowMinutes", (int)MeterRules.Default.LateWindow.TotalMinutes, 0, 50_400)),
                MaxOpenHolds = section.Number("MaxOpenHolds", MeterRules.Default.MaxOpenHolds, 1, MeterLimits.MaxOpenHolds),
            },
        };
        section.Require(
            engine.LedgerRetention >= engine.Rules.IdempotencyMemory,
            $"{Section}:LedgerRetentionDays must not be less than {Section}:IdempotencyDays: the memory of keys lies in the ledger.");
        section.Require(
            engine.WriteOutEntries <= engine.PendingEntries,
            $"{Section}:WriteOutEntries must not be more than {Section}:PendingEntries.");
        var options = new ServerOptions
        {
            Engine = engine,
            TestClock = section.Flag("TestClock"),
            TestClockInProduction = section.Flag("TestClockInProduction"),
            Demo = section.Flag("Demo"),
            JsonLogs = section.Flag("JsonLogs"),
            BootstrapToken = section.OptionalText("BootstrapToken", 16, 500) ?? Bootstrap(configuration, section),
            Tokens = ReadTokens(configuration.GetSection(Section + ":Tokens"), section),
        };
        section.ThrowOnProblems();
        return options;
    }

    /// <summary>Refuses a test clock where others than this machine can reach the server (they could move its time).</summary>
    /// <param name="addresses">Where the server is to listen.</param>
    /// <exception cref="ServerOptionsException">There is one, and no second option says that it is meant.</exception>
    internal void RequireTestClockIsMeant(IEnumerable<string> addresses)
    {
        if (TestClock && !TestClockInProduction && addresses.FirstOrDefault(address => !IsLoopback(address)) is { } open)
        {
            throw new ServerOptionsException(
                $"{Section}:TestClock is set and the server is to listen on {open}, where others can reach it. Leave the test clock out, listen on "
                + $"a loopback address such as http://127.0.0.1:8080, or set {Section}:TestClockInProduction to true if it is meant.");
        }
    }

    private static bool IsLoopback(string address)
    {
        var binding = BindingAddress.Parse(address);
        return binding.IsUnixPipe || binding.IsNamedPipe || string.Equals(binding.Host, "localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(binding.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));
    }

    private static string? Bootstrap(IConfiguration configuration, OptionReader problems)
    {
        var token = configuration[BootstrapVariable] is { Length: > 0 } text ? text : null;
        problems.Require(token is null or { Length: >= 16 and <= 500 }, $"{BootstrapVariable} must have from 16 to 500 characters.");
        return token;
    }

    private static Dictionary<string, TokenGrant> ReadTokens(IConfigurationSection section, OptionReader problems)
    {
        var tokens = new Dictionary<string, TokenGrant>(StringComparer.Ordinal);
        foreach (var token in section.GetChildren())
        {
            var hash = token["Sha256"]?.ToLower(CultureInfo.InvariantCulture) ?? "";
            problems.Require(
                hash.Length == 64 && hash.All(char.IsAsciiHexDigit),
                $"{token.Path}:Sha256 must be the token's SHA-256 hash, 64 hexadecimal digits.");
            var listed = token["Scopes"] is { } text ? text.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries) : [];
            string[] scopes = [.. token.GetSection("Scopes").GetChildren().Select(scope => scope.Value ?? ""), .. listed];
            problems.Require(
                TokenScopes.AreKnown(scopes),
                $"{token.Path}:Scopes must name one or more of {string.Join(", ", TokenScopes.All)}.");
            tokens[hash] = new TokenGrant(token["Name"] ?? token.Key, scopes);
        }

        return tokens;
    }
}
