namespace Metering.Api;

/// <summary>Body of a change of a balance. What is absent stays as it is.</summary>
[Example("""{"low_at":25,"reason":"larger customer"}""")]
public sealed record BalancePatch : NotedRequest
{
    /// <summary>Whether priced use may take the balance below zero.</summary>
    public bool? AllowOverage { get; init; }

    /// <summary>
    /// Below how much available credit <c>balance_low</c> is signalled, in the balance's unit; zero or more. It is signalled again after
    /// a change, at once where less than that is available.
    /// </summary>
    public decimal? LowAt { get; init; }
}
