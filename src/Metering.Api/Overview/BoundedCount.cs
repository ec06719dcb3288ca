namespace Metering.Api;

/// <summary>A count that stops somewhere, so that it costs the same however many there are.</summary>
/// <param name="Count">How many were counted.</param>
/// <param name="HasMore">Whether there are more than that.</param>
public sealed record BoundedCount(int Count, bool HasMore)
{
    /// <summary>What a count of at most <paramref name="most"/> and one more says.</summary>
    internal static BoundedCount Of(int counted, int most) => new(Math.Min(counted, most), counted > most);
}
