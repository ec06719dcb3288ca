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

    /// <summary>Whether priced use may take the balance below zero.</summary>
    [DefaultValue(false)]
    public bool? AllowOverage { get; init; }

    /// <summary>
    /// Below how much available credit <c>balance_low</c> is signalled, in the balance's unit; a tenth of the first amount where it is
    /// absent. With 0 there is none before credit is exhausted.
    /// </summary>
    public decimal? LowAt { get; init; }
}
