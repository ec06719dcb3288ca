using System.ComponentModel.DataAnnotations;

namespace Metering.Api;

/// <summary>A token as the configuration names it.</summary>
public sealed record TokenOptions : IValidatableObject
{
    /// <summary>The token's name in logs and lists. Without one it is the key in place of <c>*</c>.</summary>
    [StringLength(200, MinimumLength = 1)]
    public string? Name { get; init; }

    /// <summary>SHA-256 of the token, in hexadecimal.</summary>
    [RegularExpression("^[0-9A-Fa-f]{64}$", ErrorMessage = HashWanted)]
    [Required(ErrorMessage = HashWanted)]
    public string Sha256 { get; init; } = "";

    /// <summary>
    /// What it may do: one or more of <c>ingest</c>, <c>read</c>, <c>manage</c>, as a list, or as one text with commas or spaces between
    /// them.
    /// </summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>
    /// The only customer whose use it may send and read. Empty: every one's. Such a token has the scopes <c>ingest</c> and <c>read</c> at
    /// most.
    /// </summary>
    [StringLength(255)]
    public string? TenantId { get; init; }

    private const string HashWanted = "must be the token's SHA-256 hash, 64 hexadecimal digits.";

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!Metering.Api.Scopes.AreKnown(Scopes))
        {
            yield return new ValidationResult($"must name one or more of {string.Join(", ", Metering.Api.Scopes.All)}.", [nameof(Scopes)]);
        }

        if (!Metering.Api.Scopes.FitTenant(Scopes, TenantId))
        {
            yield return new ValidationResult(Metering.Api.Scopes.NoManage, [nameof(Scopes)]);
        }
    }
}
