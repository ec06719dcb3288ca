using System.ComponentModel;

namespace Metering.Api;

/// <summary>By how much.</summary>
public sealed record KeygenMeta
{
    /// <summary>Units to add; 1 where it is absent.</summary>
    [DefaultValue(1)]
    public decimal? Increment { get; init; }

    /// <summary>Units to take away; 1 where it is absent.</summary>
    [DefaultValue(1)]
    public decimal? Decrement { get; init; }
}
