namespace Metering.Client.Admin;

/// <summary>A count that stops somewhere, so that it costs the same however many there are.</summary>
public sealed record BoundedCount
{
    /// <summary>How many were counted.</summary>
    public long Count { get; init; }

    /// <summary>Whether there are more than that.</summary>
    public bool HasMore { get; init; }
}
