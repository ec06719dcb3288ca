namespace Metering.Api;

/// <summary>A part of a list, as it is answered.</summary>
/// <param name="Items">What is in it.</param>
/// <param name="NextCursor">Where the next part begins; null at the end.</param>
public sealed record ListAnswer<T>(IReadOnlyList<T> Items, string? NextCursor);
