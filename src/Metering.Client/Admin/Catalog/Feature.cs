namespace Metering.Client.Admin;

/// <summary>Something that a license may use.</summary>
public sealed record Feature
{
    /// <summary>Its code. Required.</summary>
    public required string Code { get; init; }

    /// <summary>Its id, its code with the prefix <c>feat_</c>; only in answers.</summary>
    public string? Id { get; init; }

    /// <summary>Name for people.</summary>
    public string? Name { get; init; }

    /// <summary><c>metered</c> (where it is absent) or <c>boolean</c>.</summary>
    public string? Kind { get; init; }

    /// <summary><c>counter</c> (where it is absent), <c>total</c>, <c>gauge</c> or <c>up_down</c>; none for a boolean feature.</summary>
    public string? Metric { get; init; }

    /// <summary>
    /// From when it is not offered any more: then no new version of a plan may include it, and no license is given it. Licenses that
    /// have it keep it and go on counting, until they migrate to a version without it. Absent: it is offered.
    /// </summary>
    public DateTimeOffset? RetiredAt { get; init; }

    /// <summary>What one of it is called.</summary>
    public string? Unit { get; init; }
}
