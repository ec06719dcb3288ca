using System.ComponentModel.DataAnnotations;
using System.ComponentModel;

namespace Metering.Api;

/// <summary>Body of a balance.</summary>
[Example("""{"unit":"USD","amount":100,"low_at":10}""")]
public sealed record BalanceRequest : NotedRequest
{
    /// <summary>Its unit, such as <c>USD</c>. Required.</summary>
    [Required]
    public string? Unit { get; init; }

    /// <summary>Credit to begin with; zero or more. Required.</summary>
    [Required]
    public decimal? Amount { get; init; }

    /// <summary>Whether priced use may take it below zero.</summary>
    [DefaultValue(false)]
    public bool? AllowOverage { get; init; }

    /// <summary>Below how much credit <c>balance_low</c> is signalled; a tenth of the amount where it is absent.</summary>
    public decimal? LowAt { get; init; }
}
