namespace Metering.Client.Admin;

/// <summary>When a quota ends at the present pace.</summary>
public sealed record QuotaProjection
{
    /// <summary>Units a day: use of the period so far, by the time of it that has passed.</summary>
    public decimal PacePerDay { get; init; }

    /// <summary>When nothing is left, UTC: now, where nothing is left already. Null where the period ends before.</summary>
    public DateTimeOffset? QuotaEndsAt { get; init; }

    /// <summary>Whether the quota lasts until the period ends.</summary>
    public bool Lasts { get; init; }
}
