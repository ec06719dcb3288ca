namespace Metering.Api;

/// <summary>A new reservation.</summary>
[Example("""{"id":"res_7","feature_code":"tokens","amount":4000,"expires_at":"2026-11-21T10:02:00Z"}""")]
public sealed record ReservationAnswer
{
    /// <summary>By which it is committed or released: <c>res_</c> and a number.</summary>
    public required string Id { get; init; }

    /// <summary>What its units may be used for.</summary>
    public required string FeatureCode { get; init; }

    /// <summary>Units set aside.</summary>
    public decimal Amount { get; init; }

    /// <summary>When what is left returns to the allowance, UTC.</summary>
    public DateTimeOffset ExpiresAt { get; init; }
}
