namespace Metering.Client.Admin;

/// <summary>One grant in a statement.</summary>
public sealed record StatementGrant
{
    /// <summary>By which operators name it.</summary>
    public required string GrantId { get; init; }

    /// <summary>What may be used more.</summary>
    public required string FeatureCode { get; init; }

    /// <summary>Units given so far, all recurrences together.</summary>
    public decimal Granted { get; init; }

    /// <summary>Units used.</summary>
    public decimal Used { get; init; }

    /// <summary>Units that ended unused.</summary>
    public decimal Expired { get; init; }

    /// <summary>Units that are left; of a grant that has not begun yet, all that it will give.</summary>
    public decimal Left { get; init; }

    /// <summary>How it stands: <c>active</c>, <c>scheduled</c>, <c>used_up</c>, <c>expired</c> or <c>voided</c>.</summary>
    public required string Status { get; init; }

    /// <summary>From when, UTC.</summary>
    public DateTimeOffset EffectiveAt { get; init; }

    /// <summary>Until when, UTC; null: it never expires.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
}
