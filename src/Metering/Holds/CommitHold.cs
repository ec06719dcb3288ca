namespace Metering;

/// <summary>Settle a reservation with the true amount.</summary>
public sealed record CommitHold : Command
{
    /// <summary>Which one, as <see cref="HoldState.Id"/> has it; a reservation.</summary>
    public required string HoldId { get; init; }

    /// <summary>Units used; null: the whole hold. Zero releases it.</summary>
    public decimal? Amount { get; init; }

    /// <summary>Who used it, in the caller's words; null: nobody was named.</summary>
    public string? UserId { get; init; }
}
