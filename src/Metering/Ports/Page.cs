namespace Metering;

/// <summary>A part of a list.</summary>
/// <param name="Items">What is in it.</param>
/// <param name="NextCursor">Where the next part begins; null at the end.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? NextCursor)
{
    /// <summary>Most items that a part may have.</summary>
    public const int MaxSize = 1000;
}
