using System.ComponentModel.DataAnnotations;

namespace Metering.Api;

/// <summary>The customer's page, <c>/usage</c>, and the tokens that open it: the part <c>CustomerPage</c> of <see cref="MeteringOptions"/>.</summary>
public sealed record CustomerPageOptions
{
    /// <summary>Longest time for which a view token may be good. No longer than a lease key that was replaced still counts.</summary>
    [Range(1, 840)]
    public int MaxTokenHours { get; init; } = 24;
}
