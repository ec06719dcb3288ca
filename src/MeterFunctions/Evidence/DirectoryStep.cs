namespace MeterFunctions.Evidence;

/// <summary>What came of a part of the directory's check.</summary>
/// <param name="Differences">What differs, in words for an operator.</param>
/// <param name="Rows">How many rows were looked at.</param>
/// <param name="Leftovers">
/// How many of them lead nowhere because a writer broke off. They are no difference: they open nothing, and go when they are met.
/// </param>
/// <param name="Next">Where the next part begins; null at the end.</param>
internal sealed record DirectoryStep(IReadOnlyList<string> Differences, int Rows, int Leftovers, string? Next);
