namespace Metering.Client.Admin;

/// <summary>A named set of features with terms. A version never changes once it is published.</summary>
public sealed record Plan
{
    /// <summary>Its id. Required.</summary>
    public required string Id { get; init; }

    /// <summary>The version; only in answers.</summary>
    public int? Version { get; init; }

    /// <summary>Name for people.</summary>
    public string? Name { get; init; }

    /// <summary>The group; <c>base</c> where it is absent. A license has one plan of each group.</summary>
    public string? Group { get; init; }

    /// <summary>Whether a license made without a plan gets this one for its group.</summary>
    public bool? Default { get; init; }

    /// <summary>The price, for people and billing.</summary>
    public PlanPrice? Price { get; init; }

    /// <summary>What it gives.</summary>
    public IReadOnlyList<PlanFeature>? Includes { get; init; }

    /// <summary>When this version was published; only in answers.</summary>
    public DateTimeOffset? PublishedAt { get; init; }
}
