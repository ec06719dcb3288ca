namespace Metering.Reports;

/// <summary>What a grant gave, and where it went: <c>granted − used − expired = left</c>.</summary>
/// <param name="GrantId">By which operators name it.</param>
/// <param name="FeatureCode">What may be used more.</param>
/// <param name="Granted">Units given so far, all recurrences together.</param>
/// <param name="Used">Units used.</param>
/// <param name="Expired">Units that ended unused.</param>
/// <param name="Left">Units that are left; of a grant that has not begun yet, all that it will give.</param>
/// <param name="Status">How it stands.</param>
/// <param name="EffectiveAt">From when, UTC.</param>
/// <param name="ExpiresAt">Until when, UTC; null: it never expires.</param>
public sealed record GrantStatement(
    string GrantId, string FeatureCode, decimal Granted, decimal Used, decimal Expired, decimal Left, GrantStatus Status,
    DateTimeOffset EffectiveAt, DateTimeOffset? ExpiresAt);
