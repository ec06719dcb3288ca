using System.Text;
using Metering.Api;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Metering.Api.Tests;

/// <summary>What holds for the options of every host. The tests of each host inherit it.</summary>
public abstract class OptionsContract<T>
    where T : MeteringOptions, new()
{
    private const string Hash = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    [Fact]
    public void Nothing_set_gives_the_defaults_of_every_host()
    {
        var options = Read();

        Assert.Equal((35, 24, 1_000), (options.IdempotencyDays, options.LateWindowHours, options.MaxOpenHolds));
        Assert.Equal((false, false, null), (options.TestClock, options.TestClockInProduction, options.BootstrapToken));
        Assert.Equal(new MeterRules(), options.ToRules());
        Assert.Equal((new ApiOptions(), new WebhookOptions()), (options.Api, options.Webhooks));
        Assert.Empty(options.Tokens);
    }

    [Fact]
    public void What_is_set_is_read()
    {
        var options = Read(
            (
                "Metering:IdempotencyDays",
                "400"), ("metering:lateWindowHours", "840"), ("Metering:MaxOpenHolds", "10000"), ("Metering:TestClock", "True"),
            ("Metering:Api:MaxBodyMemoryBytes", "1099511627776"), ("Metering:Api:Issuer", "us"), ("Metering:Webhooks:KeepDays", "90"));

        Assert.Equal(
            new MeterRules { IdempotencyMemory = TimeSpan.FromDays(400), LateWindow = TimeSpan.FromDays(35), MaxOpenHolds = 10_000 },
            options.ToRules());
        Assert.True(options.TestClock);
        Assert.Equal((1L << 40, "us", 90), (options.Api.MaxBodyMemoryBytes, options.Api.Issuer, options.Webhooks.KeepDays));
    }

    [Theory]
    [InlineData("Metering:IdempotencyDays", "0", "is '0', but must be a whole number from 1 to 400.")]
    [InlineData("Metering:IdempotencyDays", "35d", "is '35d', but must be a whole number from 1 to 400.")]
    [InlineData("Metering:IdempotencyDays", "99999999999999", "is '99999999999999', but must be a whole number from 1 to 400.")]
    [InlineData("Metering:IdempotencyDays", "0x10", "is '0x10', but must be a whole number from 1 to 400.")]
    [InlineData(
        "Metering:LedgerRetentionDays", "30", "must not be less than Metering:IdempotencyDays, 35: the memory of keys lies in the ledger.")]
    [InlineData("Metering:LateWindowHours", "1.5", "is '1.5', but must be a whole number from 0 to 840.")]
    [InlineData("Metering:LateWindowHours", "-1", "is '-1', but must be a whole number from 0 to 840.")]
    [InlineData("Metering:MaxOpenHolds", "10001", "is '10001', but must be a whole number from 1 to 10000.")]
    [InlineData("Metering:TestClock", "maybe", "is 'maybe', but must be true or false.")]
    [InlineData("Metering:Api:MaxEvents", "0", "is '0', but must be a whole number from 1 to 10000000.")]
    [InlineData("Metering:Api:MaxBodyMemoryBytes", "many", "is 'many', but must be a whole number from 2048 to 1099511627776.")]
    [InlineData("Metering:Api:MaxBodyMemoryBytes", "4096", "must be 33554432 or more, twice the largest body.")]
    [InlineData("Metering:Api:Issuer", " ", "must not be blank.")]
    [InlineData("Metering:Webhooks:RetryHours", "169", "is '169', but must be a whole number from 1 to 168.")]
    [InlineData("Metering:Webhooks:Concurrency", "four", "is 'four', but must be a whole number from 1 to 64.")]
    [InlineData("Metering:BootstrapToken", "15-characters-x", "must have 16 to 500 characters.")]
    [InlineData("METERING_BOOTSTRAP_TOKEN", "15-characters-x", "must have 16 to 500 characters.")]
    [InlineData("Metering:Webhooks", "on", "takes no value itself, but options of its own.")]
    [InlineData("Metering:Tokens", "on", "takes no value itself, but a key for each token, such as 0, and under it Sha256 and Scopes.")]
    [InlineData("Metering:IdempotencyDays:0", "35", "is not an option: Metering:IdempotencyDays is a single value.")]
    public void A_wrong_option_is_named_with_what_to_write(string name, string value, string wrong) =>
        Assert.Equal($"{name} {wrong}", Assert.Single(Wrong((name, value))));

    [Theory]
    [InlineData("Metering:IdempotencyDay", "is not an option: did you mean IdempotencyDays?")]
    [InlineData("Metering:idempotency_days", "is not an option: did you mean IdempotencyDays?")]
    [InlineData("Metering:LateWindowMinutes", "is not an option: did you mean LateWindowHours?")]
    [InlineData("Metering:MaxEvents", "is not an option: did you mean Metering:Api:MaxEvents?")]
    [InlineData("Metering:Api:MaxEvent", "is not an option: did you mean MaxEvents?")]
    [InlineData("Metering:Api:RetryHours", "is not an option: did you mean Metering:Webhooks:RetryHours?")]
    [InlineData("Metering:Webhook:RetryHours", "is not an option: did you mean Webhooks?")]
    [InlineData("Metering:Xylophone", "is not an option of this host; docs/options.md lists them.")]
    public void An_option_that_is_not_known_stops_the_start_wherever_it_is_from(string name, string wrong)
    {
        const string Prefix = "OPTIONS_CONTRACT_";
        var variable = Prefix + name.Replace(":", "__", StringComparison.Ordinal);
        Environment.SetEnvironmentVariable(variable, "s3cret");
        IConfiguration environment;
        try
        {
            environment = new ConfigurationBuilder().AddEnvironmentVariables(Prefix).Build();
        }
        finally
        {
            Environment.SetEnvironmentVariable(variable, null);
        }

        string[] parts = [.. name.Split(':')];
        var json = parts.Reverse().Aggregate("\"s3cret\"", (inner, part) => $$"""{"{{part}}":{{inner}}}""");
        IConfiguration[] sources =
        [
            environment,
            new ConfigurationBuilder().AddCommandLine([$"--{name}=s3cret"]).Build(),
            new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))).Build(),
        ];

        Assert.All(
            sources,
            source => Assert.Equal($"{string.Join(':', parts.Take(name.Contains("Webhook:", StringComparison.Ordinal) ? 2 : parts.Length))} {wrong}", Assert.Single(Wrong(source))));
    }

    [Fact]
    public void Names_beside_the_section_are_no_options() => Read(
        ("MeteringStorage", "x"), (
            "MeteringEvents:fullyQualifiedNamespace", "x"), ("METERING_BASE_URL", "x"), ("METERING_PORT", "tcp://10.0.0.1:80"),
        ("APPSETTING_Metering:IdempotencyDay", "x"), ("Logging:LogLevel:Default", "Debug"));

    [Fact]
    public void All_that_is_wrong_is_told_at_once_when_the_host_starts_and_no_secret_is()
    {
        var services = new ServiceCollection().AddMeteringOptions<T>(Settings(
            (
                "Metering:IdempotencyDays",
                "0"), ("Metering:LateWindowHours", "x"), ("Metering:Shardz", "s3cret"), ("Metering:Api:MaxEvents", "0"),
            ("Metering:Webhooks:KeepDays", "0"), ("Metering:BootstrapToken", "s3cret"), ("Metering:Tokens:0:Sha256", "s3cret"),
            ("Metering:Tokens:0:Scopes", "read")))
            .BuildServiceProvider();

        var problem = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IStartupValidator>().Validate());

        Assert.Equal(7, problem.Failures.Count());
        Assert.DoesNotContain("s3cret", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_value_is_the_same_as_none()
    {
        var options = Read(
            ("Metering:IdempotencyDays", ""), ("Metering:TestClock", ""), ("Metering:BootstrapToken", ""), ("Metering:Api:Issuer", ""));

        Assert.Equal(
            (35, false, null, new ApiOptions()), (options.IdempotencyDays, options.TestClock, options.BootstrapToken, options.Api));
    }

    [Fact]
    public void The_bootstrap_token_has_a_second_name_and_the_first_wins()
    {
        Assert.Equal("0123456789abcdef", Read(("METERING_BOOTSTRAP_TOKEN", "0123456789abcdef")).BootstrapToken);
        Assert.Equal(
            "first-0123456789",
            Read(("METERING_BOOTSTRAP_TOKEN", "0123456789abcdef"), ("Metering:BootstrapToken", "first-0123456789")).BootstrapToken);
    }

    [Theory]
    [InlineData("read,ingest")]
    [InlineData("read, ingest")]
    [InlineData("read ingest")]
    [InlineData("read;ingest;read")]
    public void A_token_comes_as_its_hash_with_scopes_as_a_text_or_a_list(string scopes)
    {
        var asText = Read(("Metering:Tokens:ci:Sha256", Hash.ToUpperInvariant()), ("Metering:Tokens:ci:Scopes", scopes));
        var asList = Read(
            ("Metering:Tokens:0:Name", "ci"), ("Metering:Tokens:0:Sha256", Hash), ("Metering:Tokens:0:Scopes:0", "read"),
            ("Metering:Tokens:0:Scopes:1", "ingest"));

        Assert.All([asText, asList], options =>
        {
            var (hash, token) = Assert.Single(ConfiguredTokens.Read(options));
            Assert.Equal((Hash, "configured:ci", "ci", "read ingest"), (hash, token.Id, token.Name, string.Join(' ', token.Scopes)));
        });
    }

    [Theory]
    [InlineData("Sha256", "xyz", "must be the token's SHA-256 hash, 64 hexadecimal digits.")]
    [InlineData("Sha256", "", "must be the token's SHA-256 hash, 64 hexadecimal digits.")]
    [InlineData("Scopes", "", "must name one or more of ingest, read, manage.")]
    [InlineData("Scopes", "read,root", "must name one or more of ingest, read, manage.")]
    [InlineData("Scopes", "Read", "must name one or more of ingest, read, manage.")]
    public void A_wrong_part_of_a_token_is_named(string part, string value, string wrong)
    {
        Assert.Equal($"Metering:Tokens:ci:{part} {wrong}", Assert.Single(Wrong(
            ("Metering:Tokens:ci:Sha256", part == "Sha256" ? value : Hash),
            ("Metering:Tokens:ci:Scopes", part == "Scopes" ? value : "read"))));
    }

    [Fact]
    public void A_token_has_no_other_parts_and_is_given_once()
    {
        (string, string)[] token = [("Metering:Tokens:0:Sha256", Hash), ("Metering:Tokens:0:Scopes", "read")];

        Assert.Equal(
            "Metering:Tokens:0:Scope is not an option: did you mean Scopes?",
            Assert.Single(Wrong([.. token, ("Metering:Tokens:0:Scope", "read")])));
        Assert.Equal(
            "Metering:Tokens:1 takes no value itself, but Sha256 and Scopes under it.", Wrong([.. token, ("Metering:Tokens:1", "x")])[0]);
        Assert.Equal(
            "Metering:Tokens:1:Sha256 is the same as that of Metering:Tokens:0; give each token once.",
            Assert.Single(Wrong([.. token, ("Metering:Tokens:1:Sha256", Hash.ToUpperInvariant()),
                ("Metering:Tokens:1:Scopes", "manage")])));
    }

    [Fact]
    public void Every_part_of_the_code_gets_the_same_options()
    {
        var services = new ServiceCollection().AddMeteringOptions<T>(Settings(
            ("Metering:MaxOpenHolds", "7"), ("Metering:Api:MaxEvents", "8"), ("Metering:Webhooks:KeepDays", "9"))).BuildServiceProvider();

        Assert.Same(services.GetRequiredService<IOptions<T>>().Value, services.GetRequiredService<MeteringOptions>());
        Assert.Equal(7, services.GetRequiredService<MeterRules>().MaxOpenHolds);
        Assert.Equal(8, services.GetRequiredService<IOptions<ApiOptions>>().Value.MaxEvents);
        Assert.Equal(9, services.GetRequiredService<IOptions<WebhookOptions>>().Value.KeepDays);
        Assert.Equal("Metering", services.GetRequiredService<MeteringOptions>().ToString());
    }

    protected static T Read(params (string Name, string Value)[] values) => MeteringOptions.Read<T>(Settings(values));

    /// <summary>What is wrong with some options, a line each.</summary>
    protected static IReadOnlyList<string> Wrong(params (string Name, string Value)[] values) => Wrong(Settings(values));

    private static List<string> Wrong(IConfiguration configuration) =>
        [.. Assert.Throws<OptionsValidationException>(() => MeteringOptions.Read<T>(configuration)).Failures];

    private static IConfiguration Settings(params (string Name, string Value)[] values) => new ConfigurationBuilder()
        .AddInMemoryCollection(values.Select(value => new KeyValuePair<string, string?>(value.Name, value.Value))).Build();
}
