using System.ComponentModel.DataAnnotations;

namespace Metering.Api;

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

    /// <summary>Who used it, in the caller's words; absent: nobody is named.</summary>
    public string? UserId { get; init; }
}
