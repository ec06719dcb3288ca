namespace Metering;

/// <summary>
/// From how much use on which level and policy apply, and at what price. A tier covers what lies beyond <see cref="From"/>.
/// </summary>
public sealed record Tier
{
    /// <summary>Where the tier begins: it covers the use beyond this.</summary>
    public Threshold From { get; init; }

    /// <summary>The level of use in this tier.</summary>
    public Level Level { get; init; }

    /// <summary>What happens to a use that ends in this tier.</summary>
    public Policy Policy { get; init; }

    /// <summary>What the policy decides.</summary>
    internal PolicyRule Rule => PolicyRules.Of(Policy);

    /// <summary>With <see cref="Policy.AllowWithGrace"/>: units beyond <see cref="From"/> that are let through.</summary>
    public decimal Grace { get; init; }

    /// <summary>With <see cref="Policy.RateLimit"/>: the rate.</summary>
    public Rate? Rate { get; init; }

    /// <summary>
    /// With <see cref="Policy.SuspendUsage"/>: whether the next period lifts the suspension; otherwise only a resume does.
    /// </summary>
    public bool ResumesNextPeriod { get; init; }

    /// <summary>Price of a unit in this tier, in the unit of the terms' price.</summary>
    public decimal UnitPrice { get; init; }

    /// <summary>Price of entering this tier, charged once a period.</summary>
    public decimal BasePrice { get; init; }
}
