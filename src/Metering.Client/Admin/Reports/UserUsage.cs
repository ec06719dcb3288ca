namespace Metering.Client.Admin;

/// <summary>What one user used.</summary>
public sealed record UserUsage
{
    /// <summary>The user, as callers name it.</summary>
    public required string UserId { get; init; }

    /// <summary>Units: the sum of the user's changes.</summary>
    public decimal Total { get; init; }

    /// <summary>How many changes there were.</summary>
    public long Count { get; init; }

    /// <summary>
    /// Its part of all changes of the span, from 0 to 1, those that name no user included; null where they come to nothing.
    /// </summary>
    public decimal? Share { get; init; }
}
