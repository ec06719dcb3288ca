namespace Metering;

/// <summary>A hold, as it was opened or closed.</summary>
public sealed record HoldAnswer : Answer
{
    /// <summary>By which it is settled or released; unique on its license.</summary>
    public required string Id { get; init; }

    /// <summary>Of which feature's allowance it is a part.</summary>
    public required string FeatureCode { get; init; }

    /// <summary>Units set aside.</summary>
    public decimal Amount { get; init; }

    /// <summary>When what is left returns to the allowance, UTC.</summary>
    public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When it was opened, UTC.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Settled once or in steps.</summary>
    public HoldKind Kind { get; init; }

    /// <summary>Who holds it.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>A hold as it was opened.</summary>
    internal static HoldAnswer Of(HoldState hold) => new()
    {
        Id = hold.Id,
        FeatureCode = hold.FeatureCode,
        Amount = hold.Amount,
        ExpiresAt = hold.ExpiresAt,
        CreatedAt = hold.CreatedAt,
        Kind = hold.Kind,
        Fingerprint = hold.Fingerprint,
    };
}
