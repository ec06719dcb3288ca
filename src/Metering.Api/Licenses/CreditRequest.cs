using System.ComponentModel.DataAnnotations;

namespace Metering.Api;

/// <summary>Body of a top-up or withdrawal.</summary>
public sealed record CreditRequest : NotedRequest
{
    /// <summary>Credit. Required.</summary>
    [Required]
    public decimal? Amount { get; init; }
}
