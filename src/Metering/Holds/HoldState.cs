namespace Metering;

/// <summary>A part of the allowance set aside until it is settled, released or expired.</summary>
public sealed record HoldState
{
    /// <summary>Unique on its license, and never used again.</summary>
    public required string Id { get; init; }

    /// <summary>Whether it is settled once or in steps.</summary>
    public HoldKind Kind { get; init; }

    /// <summary>Of which feature's allowance it is a part.</summary>
    public required string FeatureCode { get; init; }

    /// <summary>Units that were asked for.</summary>
    public decimal Amount { get; init; }

    /// <summary>Units still set aside.</summary>
    public decimal Left { get; init; }

    /// <summary>Units that were settled.</summary>
    public decimal Settled { get; init; }

    /// <summary>When it was made, UTC.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its time is over, UTC: from then on it sets nothing aside, whether that has been written or not.</summary>
    public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Who holds it, for a lease.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>Whether nothing is set aside any more. Only leases are kept closed, so that late use finds its feature.</summary>
    public bool Closed { get; init; }

    /// <summary>
    /// Whether it still sets something aside at an instant. One whose time is over does not, though its end may not have been written
    /// yet.
    /// </summary>
    public bool IsOpenAt(DateTimeOffset at) => !Closed && ExpiresAt > at;
}
