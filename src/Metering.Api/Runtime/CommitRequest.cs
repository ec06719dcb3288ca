namespace Metering.Api;

/// <summary>Body of a reservation's commit.</summary>
public sealed record CommitRequest
{
    /// <summary>Units that were used; the whole hold where it is absent.</summary>
    public decimal? Amount { get; init; }

    /// <summary>The user.</summary>
    public string? UserId { get; init; }
}
