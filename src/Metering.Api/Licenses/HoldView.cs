namespace Metering.Api;

/// <summary>An open hold: a reservation or a lease that still sets something aside.</summary>
/// <param name="Id">By which it is settled or released; unique on its license.</param>
/// <param name="Kind">Settled once (`reservation`) or in steps (`lease`).</param>
/// <param name="FeatureCode">Of which feature's allowance it is a part.</param>
/// <param name="Amount">Units that were asked for.</param>
/// <param name="Left">Units still set aside.</param>
/// <param name="Settled">Units that were used of it.</param>
/// <param name="CreatedAt">When it was made, UTC.</param>
/// <param name="ExpiresAt">When what is left returns to the allowance, UTC.</param>
/// <param name="Fingerprint">The machine that holds a lease; null for a reservation.</param>
[Example("""
    {"id":"lea_12","kind":"lease","feature_code":"api_calls","amount":500,"left":380,"settled":120,"created_at":"2026-11-21T10:00:00Z",
     "expires_at":"2026-11-21T11:00:00Z","fingerprint":"build-01"}
    """)]
public sealed record HoldView(
    string Id,
    HoldKind Kind,
    string FeatureCode,
    decimal Amount,
    decimal Left,
    decimal Settled,
    DateTimeOffset CreatedAt,
    DateTimeOffset ExpiresAt,
    string? Fingerprint)
{
    /// <summary>A hold of a license's state.</summary>
    internal static HoldView Of(HoldState hold) => new(
        hold.Id, hold.Kind, hold.FeatureCode, hold.Amount, hold.Left, hold.Settled, hold.CreatedAt, hold.ExpiresAt, hold.Fingerprint);
}
