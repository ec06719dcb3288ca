namespace Metering.Api;

/// <summary>An answer when all goes well.</summary>
/// <param name="Status">The status.</param>
/// <param name="Type">The type of its body; null when it has none.</param>
/// <param name="Description">When it comes.</param>
public sealed record RouteAnswer(int Status, Type? Type, string Description = "Done.");
