using System.ComponentModel.DataAnnotations;

namespace Metering.Api;

/// <summary>
/// The customer's page, <c>/usage</c>, and the tokens that open it: the part <c>CustomerPage</c> of <see cref="MeteringOptions"/>.
/// </summary>
public sealed record CustomerPageOptions : IValidatableObject
{
    private const string LogoWanted = "must be empty or the https address of a picture.";

    /// <summary>The longest time that a view token may be valid. It can't be longer than a replaced lease key stays valid.</summary>
    [Range(1, 840)]
    public int MaxTokenHours { get; init; } = 24;

    /// <summary>The product's name, at the top of the page and in its title.</summary>
    [StringLength(80, MinimumLength = 1)]
    public string ProductName { get; init; } = "MeterFunctions";

    /// <summary>
    /// The product's color, for the line at the top of the page and the usage bars. Empty: the page's default. Levels above normal keep
    /// their colors.
    /// </summary>
    [RegularExpression("#[0-9A-Fa-f]{6}", ErrorMessage = "must be empty or a color such as #0a7d5a.")]
    public string AccentColor { get; init; } = "";

    /// <summary>
    /// The address of the product's logo. The customer's browser loads it from there, and nothing else from outside the service. Empty:
    /// none.
    /// </summary>
    [RegularExpression("https://[^\\s'\";,]{1,500}", ErrorMessage = LogoWanted)]
    public string LogoUrl { get; init; } = "";

    /// <summary>
    /// Origins whose pages may embed the page in a frame, such as <c>https://app.example.com</c>, separated by commas or spaces.
    /// Empty: none may.
    /// </summary>
    public IReadOnlyList<string> EmbedOrigins { get; init; } = [];

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (EmbedOrigins.FirstOrDefault(origin => !WebOrigin.IsOne(origin)) is { } wrong)
        {
            yield return new ValidationResult(
                $"has '{wrong}', but must name origins such as https://app.example.com, without a path.", [nameof(EmbedOrigins)]);
        }

        if (LogoUrl.Length > 0 && !Uri.TryCreate(LogoUrl, UriKind.Absolute, out _))
        {
            yield return new ValidationResult(LogoWanted, [nameof(LogoUrl)]);
        }
    }
}
