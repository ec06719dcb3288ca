using System.Collections.Immutable;

namespace Metering;

/// <summary>A published version of a plan: a named set of features with terms.</summary>
public sealed record Plan
{
    /// <summary>The plan's id, such as <c>pro</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The version, from 1.</summary>
    public int Version { get; init; } = 1;

    /// <summary>Name for people.</summary>
    public string? Name { get; init; }

    /// <summary>The group: a license has one plan of each.</summary>
    public string Group { get; init; } = DefaultGroup;

    /// <summary>Whether a license made without a plan gets this one for its group.</summary>
    public bool Default { get; init; }

    /// <summary>The price, for people and billing.</summary>
    public PlanPrice? Price { get; init; }

    /// <summary>What it gives: feature codes with terms.</summary>
    public ImmutableArray<PlanInclude> Includes { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>When this version was published, UTC.</summary>
    public DateTimeOffset PublishedAt { get; init; }

    /// <summary>The group of a plan that names none.</summary>
    public const string DefaultGroup = "base";

    /// <summary>Whether two versions say the same, their number and date aside.</summary>
    // Items are compared one by one, because an ImmutableArray is equal only to one that shares its array.
    public bool SaysTheSameAs(Plan other) =>
        Id == other.Id && Name == other.Name && Group == other.Group && Default == other.Default && Price == other.Price
        && Includes.AsSpan().SequenceEqual(other.Includes.AsSpan());
}
