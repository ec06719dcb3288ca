using System.ComponentModel.DataAnnotations;
using System.ComponentModel;

namespace Metering.Api;

/// <summary>Body of a new reservation.</summary>
public sealed record ReservationRequest
{
    /// <summary>The feature. Required.</summary>
    [Required]
    public string? FeatureCode { get; init; }

    /// <summary>Units to set aside. Required.</summary>
    [Required]
    public decimal? Amount { get; init; }

    /// <summary>How long it stands, in seconds. Required.</summary>
    [Required]
    public int? TtlSeconds { get; init; }
}

/// <summary>Body of a new lease.</summary>
public sealed record LeaseRequest
{
    /// <summary>The feature. Required.</summary>
    [Required]
    public string? FeatureCode { get; init; }

    /// <summary>Units to set aside. Required.</summary>
    [Required]
    public decimal? Amount { get; init; }

    /// <summary>How long it stands, in seconds. Required.</summary>
    [Required]
    public int? TtlSeconds { get; init; }

    /// <summary>The machine that holds it. Required.</summary>
    [Required]
    public string? Fingerprint { get; init; }
}

/// <summary>Body of a reservation's commit.</summary>
public sealed record CommitRequest
{
    /// <summary>Units that were used; the whole hold where it is absent.</summary>
    public decimal? Amount { get; init; }

    /// <summary>The user.</summary>
    public string? UserId { get; init; }
}

/// <summary>Body of a lease's sync.</summary>
public sealed record LeaseSyncRequest
{
    /// <summary>Most uses in one sync.</summary>
    public const int MostUses = 1000;

    /// <summary>What was used since the last sync; uses that came before count once.</summary>
    public LeaseUse?[]? Usage { get; init; }

    /// <summary>Whether to give back what is left.</summary>
    [DefaultValue(false)]
    public bool? Close { get; init; }
}

/// <summary>One use of a lease.</summary>
public sealed record LeaseUse
{
    /// <summary>The caller's id of the use. Required.</summary>
    [Required]
    public string? EventId { get; init; }

    /// <summary>Units. Required.</summary>
    [Required]
    public decimal? Amount { get; init; }

    /// <summary>When. Required.</summary>
    [Required]
    public DateTimeOffset? OccurredAt { get; init; }

    /// <summary>The user.</summary>
    public string? UserId { get; init; }
}

/// <summary>Body of a machine.</summary>
public sealed record MachineRequest
{
    /// <summary>Its cores. Required.</summary>
    [Required]
    public decimal? Cores { get; init; }

    /// <summary>Its name for people.</summary>
    public string? Name { get; init; }
}

/// <summary>A new reservation.</summary>
public sealed record ReservationAnswer
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>The feature.</summary>
    public required string FeatureCode { get; init; }

    /// <summary>Units set aside.</summary>
    public decimal Amount { get; init; }

    /// <summary>When what is left returns to the allowance, UTC.</summary>
    public DateTimeOffset ExpiresAt { get; init; }
}

/// <summary>A new lease.</summary>
public sealed record LeaseAnswer
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>The feature.</summary>
    public required string FeatureCode { get; init; }

    /// <summary>Units set aside.</summary>
    public decimal Amount { get; init; }

    /// <summary>When what is left returns to the allowance, UTC.</summary>
    public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>A signed JWT (ES256) that proves the lease without a connection; its public key is in <c>/.well-known/jwks.json</c>.</summary>
    public required string Token { get; init; }
}
