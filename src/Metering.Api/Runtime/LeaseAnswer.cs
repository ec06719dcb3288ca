namespace Metering.Api;

/// <summary>A new lease.</summary>
public sealed record LeaseAnswer
{
    /// <summary>By which it is synchronized and closed: <c>lea_</c> and a number.</summary>
    public required string Id { get; init; }

    /// <summary>What its units may be used for.</summary>
    public required string FeatureCode { get; init; }

    /// <summary>Units set aside.</summary>
    public decimal Amount { get; init; }

    /// <summary>When what is left returns to the allowance, UTC.</summary>
    public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>
    /// A signed JWT (ES256) that proves the lease without a connection; its public key is in <c>/.well-known/jwks.json</c>.
    /// </summary>
    public required string Token { get; init; }
}
