namespace Metering;

/// <summary>Settle a reservation with the true amount.</summary>
public sealed record CommitHold : Command
{
    /// <summary>The hold.</summary>
    public required string HoldId { get; init; }

    /// <summary>Units used; null: the whole hold. Zero releases it.</summary>
    public decimal? Amount { get; init; }

    /// <summary>The user.</summary>
    public string? UserId { get; init; }
}
