using System.ComponentModel.DataAnnotations;

namespace Metering.Api;

/// <summary>
/// What an operator may set on any host, in the configuration section <see cref="Section"/>. A host adds its own options in a class that
/// derives from this one, so that an option of both has one name, unit, default and range.
/// </summary>
/// <remarks>
/// An option is a whole number, <c>true</c> or <c>false</c>, a time, a text, or a part with options of its own. A number's unit is the end
/// of its name: .NET would read a duration written as <c>35</c> as days and one written as <c>24:00</c> as a day, and people would guess.
/// </remarks>
public record MeteringOptions : IValidatableObject
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Metering";

    /// <summary>Another name of <see cref="BootstrapToken"/>, without a section, as containers are used to.</summary>
    public const string BootstrapVariable = "METERING_BOOTSTRAP_TOKEN";

    private const int MinTokenLength = 16;
    private const int MaxTokenLength = 500;

    /// <summary>For how long an <c>Idempotency-Key</c> or event id is remembered (rule 8).</summary>
    [Range(1, 400)]
    public int IdempotencyDays { get; init; } = (int)MeterRules.Default.IdempotencyMemory.TotalDays;

    /// <summary>
    /// How long ledger entries and rollups are kept; not less than <see cref="IdempotencyDays"/>. The server removes them by whole days
    /// (UTC), so some stay up to a day longer. On Azure, a deleted license is removed with its last entry, and dead letters are kept as
    /// long.
    /// </summary>
    [Range(1, 36_500)]
    public int LedgerRetentionDays { get; init; } = 400;

    /// <summary><see cref="LedgerRetentionDays"/> as a duration.</summary>
    public TimeSpan LedgerRetention => TimeSpan.FromDays(LedgerRetentionDays);

    /// <summary>How late an event may come and still count in its own period and day (rule 10).</summary>
    [Range(0, 840)]
    public int LateWindowHours { get; init; } = (int)MeterRules.Default.LateWindow.TotalHours;

    /// <summary>Most reservations and leases that a license may have open.</summary>
    [Range(1, MeterLimits.MaxOpenHolds)]
    public int MaxOpenHolds { get; init; } = MeterRules.Default.MaxOpenHolds;

    /// <summary>
    /// Whether the clock stands still and may be set. Never in production: a host does not start with it where others can reach it.
    /// </summary>
    public bool TestClock { get; init; }

    /// <summary>
    /// Allows a test clock although the host is in production or can be reached by others. Whoever may set the clock decides what everybody
    /// may use.
    /// </summary>
    public bool TestClockInProduction { get; init; }

    /// <summary>A token with every scope, for a first start, containers and tests. Empty: none.</summary>
    [StringLength(MaxTokenLength, MinimumLength = MinTokenLength)]
    [OtherName(BootstrapVariable)]
    public string? BootstrapToken { get; init; }

    /// <summary>Tokens of producers and operators, each under a key of its own: a number or a name.</summary>
    public IReadOnlyDictionary<string, TokenOptions> Tokens { get; init; } = new Dictionary<string, TokenOptions>();

    /// <summary>The API's limits and names.</summary>
    public ApiOptions Api { get; init; } = new();

    /// <summary>How webhooks are delivered.</summary>
    public WebhookOptions Webhooks { get; init; } = new();

    /// <summary>How exports are run.</summary>
    public ExportOptions Exports { get; init; } = new();

    /// <summary>The page that a customer may see, and its tokens.</summary>
    public CustomerPageOptions CustomerPage { get; init; } = new();

    /// <summary>What the operator has set of the domain's rules. Every decision and every read takes these.</summary>
    public MeterRules ToRules() => new()
    {
        IdempotencyMemory = TimeSpan.FromDays(IdempotencyDays),
        LateWindow = TimeSpan.FromHours(LateWindowHours),
        MaxOpenHolds = MaxOpenHolds,
    };

    /// <summary>The options in a configuration, for what runs without a host.</summary>
    /// <typeparam name="T">The host's options.</typeparam>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">Some are wrong; it names each of them.</exception>
    public static T Read<T>(Microsoft.Extensions.Configuration.IConfiguration configuration)
        where T : MeteringOptions, new()
    {
        var configured = new ConfiguredOptions<T>(configuration);
        var options = new T();
        configured.Configure(options);
        return configured.Validate(null, options) is { Failed: true, Failures: var problems }
            ? throw new Microsoft.Extensions.Options.OptionsValidationException(Section, typeof(T), problems)
            : options;
    }

    /// <inheritdoc/>
    public virtual IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (LedgerRetentionDays < IdempotencyDays)
        {
            yield return new ValidationResult(
                $"must not be less than {Section}:{nameof(IdempotencyDays)}, {IdempotencyDays}: the memory of keys lies in the ledger.",
                [nameof(LedgerRetentionDays)]);
        }

        // Hexadecimal digits mean the same in both cases.
        var seen = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        // A hash that is missing is refused by its own annotation, and two of them are not the same token.
        foreach (var (key, token) in Tokens.Where(token => token.Value.Sha256.Length > 0))
        {
            if (!seen.TryAdd(token.Sha256, key))
            {
                yield return new ValidationResult(
                    $"is the same as that of {Section}:{nameof(Tokens)}:{seen[token.Sha256]}; give each token once.",
                    [$"{nameof(Tokens)}:{key}:{nameof(token.Sha256)}"]);
            }
        }
    }

    /// <summary>Only the section's name: the options hold secrets, and a record's text would have them all.</summary>
    public sealed override string ToString() => Section;
}
