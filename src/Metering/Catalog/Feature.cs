namespace Metering;

/// <summary>Something that a license may use.</summary>
public sealed record Feature
{
    /// <summary>Its name in requests, such as <c>api_calls</c>.</summary>
    public required string Code { get; init; }

    /// <summary>Its name for people; null when it has none beyond its code.</summary>
    public string? Name { get; init; }

    /// <summary>Whether it is counted or only had.</summary>
    public FeatureKind Kind { get; init; }

    /// <summary>How its readings add up; without meaning for a boolean feature.</summary>
    public MetricType Metric { get; init; }

    /// <summary>What one of it is called, such as <c>message</c>.</summary>
    public string? Unit { get; init; }

    /// <summary>
    /// From when it is not offered any more, UTC: no new version of a plan includes it, and no license is given it. Those that have it keep
    /// it. Null: it is offered.
    /// </summary>
    public DateTimeOffset? RetiredAt { get; init; }

    /// <summary>Whether it is not offered any more.</summary>
    public bool IsRetired(DateTimeOffset now) => RetiredAt <= now;

    /// <summary>The feature as a license keeps it: what it is, and not whether it is offered.</summary>
    public Feature OnLicense() => RetiredAt is null ? this : this with { RetiredAt = null };

    /// <summary>The feature's id: its code with the prefix <c>feat_</c>.</summary>
    public string Id => IdPrefix + Code;

    /// <summary>The prefix that makes a code an id.</summary>
    public const string IdPrefix = "feat_";

    /// <summary>Whether use is a standing level (gauge, up_down), which a new period does not set to zero.</summary>
    public bool IsLevel => MetricTypes.Of(Metric).IsStandingLevel;

    /// <summary>The code meant by an id or a code.</summary>
    public static string CodeOf(string idOrCode) =>
        idOrCode.StartsWith(IdPrefix, StringComparison.Ordinal) ? idOrCode[IdPrefix.Length..] : idOrCode;
}
