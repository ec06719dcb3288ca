using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using MeterFunctions.Storage;
using MeterFunctions.Turns;
using Metering.Api;

namespace MeterFunctions.Hosting;

/// <summary>What an operator may set for the Functions app: what every host has, and what is of Azure.</summary>
public sealed record FunctionsOptions : MeteringOptions
{
    /// <summary>
    /// How long a request waits for its answer, before it gets 503 <c>busy</c>; the same <c>Idempotency-Key</c> then gets the answer.
    /// </summary>
    [Range(100, 60_000)]
    public int AnswerWaitMilliseconds { get; init; } = 5_000;

    /// <summary><see cref="AnswerWaitMilliseconds"/> as a duration.</summary>
    internal TimeSpan AnswerWait => TimeSpan.FromMilliseconds(AnswerWaitMilliseconds);

    /// <summary>The key that signs lease tokens: PKCS #8 in base64, or PEM. Empty: one is made and kept in the storage.</summary>
    [StringLength(10_000)]
    public string LeaseSigningKey { get; init; } = "";

    /// <summary>
    /// The key that signed before <see cref="LeaseSigningKey"/>: what it signed stays valid as long as it is here. Remove it when the last
    /// lease that it signed is over, after 35 days at most. Empty: none.
    /// </summary>
    [StringLength(10_000)]
    public string PreviousLeaseSigningKey { get; init; } = "";

    /// <summary>The blob container that exports are written to.</summary>
    [RegularExpression(
        "^(?!.*--)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$",
        ErrorMessage = "must be the name of a container: 3 to 63 lower-case letters, digits and single hyphens.")]
    public string ExportContainer { get; init; } = "exports";

    /// <summary>What the names of the tables begin with.</summary>
    [RegularExpression("^[A-Za-z][A-Za-z0-9]{2,29}$", ErrorMessage = "must be 3 to 30 letters and digits, the first a letter.")]
    public string TablePrefix { get; init; } = "Metering";

    /// <summary>For how long an instance serves the catalog from memory. It may miss another instance's change for that long.</summary>
    [Range(0, 3_600)]
    public int CatalogCacheSeconds { get; init; } = 5;

    /// <summary>
    /// For how long an instance signs by the lease keys that it has read. A key whose row is taken out of the storage signs, and stays in
    /// <c>/.well-known/jwks.json</c>, for that long.
    /// </summary>
    [Range(1, 86_400)]
    public int LeaseKeyCacheSeconds { get; init; } = 300;

    /// <summary>
    /// Who commits a license's commands. <c>Entity</c>: its Durable Entity, in turn. <c>WhenContended</c>: the instance where they came
    /// in, by one transaction; where others write the same license at the same time, its entity.
    /// </summary>
    public TurnsOption Turns { get; init; } = TurnsOption.Entity;

    /// <summary>Most commands that one message brings to a license's entity.</summary>
    [Range(1, 64)]
    public int MaxMessageCommands { get; init; } = 32;

    /// <summary>Most commands of one license that wait in an instance; more are answered 503 <c>busy</c>.</summary>
    [Range(1, 100_000)]
    public int MaxLicenseQueue { get; init; } = 1_000;

    /// <inheritdoc/>
    public override IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
    [
        .. base.Validate(validationContext),
        .. KeyProblems(nameof(LeaseSigningKey), LeaseSigningKey),
        .. KeyProblems(nameof(PreviousLeaseSigningKey), PreviousLeaseSigningKey),
    ];

    private static IEnumerable<ValidationResult> KeyProblems(string name, string text)
    {
        try
        {
            TableLeaseKeys.Parse(text);
            return [];
        }
        catch (CryptographicException)
        {
            return [new ValidationResult("must be a P-256 private key: PKCS #8 in base64, or PEM.", [name])];
        }
    }
}
