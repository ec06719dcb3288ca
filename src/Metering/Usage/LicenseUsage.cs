using System.Collections.Immutable;

namespace Metering;

/// <summary>How every feature and balance of the license stood after a change of several features.</summary>
public sealed record LicenseUsage : Answer
{
    /// <summary>Its features, by code.</summary>
    public ImmutableArray<UsageAnswer> Features { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>Its credit accounts, in the order in which they were opened; empty where it has none.</summary>
    public ImmutableArray<BalanceAnswer> Balances { get => field.IsDefault ? [] : field; init; } = [];
}
