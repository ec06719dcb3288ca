using System.ComponentModel.DataAnnotations;

namespace Metering.Api;

/// <summary>Body of a top-up or withdrawal.</summary>
[Example("""{"amount":50,"reference":"invoice-77"}""")]
public sealed record CreditRequest : NotedRequest
{
    /// <summary>Credit. Required.</summary>
    [Required]
    public decimal? Amount { get; init; }
}
