namespace Infra.Tests;

/// <summary>A text in one of the files of <c>infra</c>, a wrong one in its place, and a part of what must be found then.</summary>
public sealed record PlantedMistake(string File, string Right, string Wrong, string Problem);
