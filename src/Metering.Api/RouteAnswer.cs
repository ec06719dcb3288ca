namespace Metering.Api;

/// <summary>An answer when all goes well.</summary>
/// <param name="Status">The status.</param>
/// <param name="Type">The type of its body; null when it has none.</param>
/// <param name="Description">When it comes.</param>
public sealed record RouteAnswer(int Status, Type? Type, string Description = "Done.")
{
    /// <summary>The media type of a file of any format.</summary>
    public const string AnyFile = "application/octet-stream";

    /// <summary>
    /// The media type in which the same is told as text, for callers that ask for it, or of a body that has no type of its own; null:
    /// there is none.
    /// </summary>
    public string? TextType { get; init; }
}
