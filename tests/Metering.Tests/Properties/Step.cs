namespace Metering.Tests.Properties;

/// <summary>One step of a random history: numbers that choose what is done, to what, and how long before.</summary>
/// <param name="Verb">Which command.</param>
/// <param name="Which">On which feature, grant, hold or balance.</param>
/// <param name="Size">How much.</param>
/// <param name="Detail">How, in the command's own details.</param>
/// <param name="Wait">How long before.</param>
internal readonly record struct Step(int Verb, int Which, int Size, int Detail, int Wait);
