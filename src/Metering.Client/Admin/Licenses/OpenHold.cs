namespace Metering.Client.Admin;

/// <summary>A reservation or a lease that still sets something aside.</summary>
public sealed record OpenHold
{
    /// <summary>By which it is settled or released; unique on its license.</summary>
    public required string Id { get; init; }

    /// <summary><c>reservation</c>, settled once, or <c>lease</c>, settled in steps.</summary>
    public required string Kind { get; init; }

    /// <summary>Of which feature's allowance it is a part.</summary>
    public required string FeatureCode { get; init; }

    /// <summary>Units that were asked for.</summary>
    public decimal Amount { get; init; }

    /// <summary>Units still set aside.</summary>
    public decimal Left { get; init; }

    /// <summary>Units that were used of it.</summary>
    public decimal Settled { get; init; }

    /// <summary>When it was made, UTC.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When what is left returns to the allowance, UTC.</summary>
    public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The machine that holds a lease; null for a reservation.</summary>
    public string? Fingerprint { get; init; }
}
