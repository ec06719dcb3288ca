using System.Collections.Immutable;

namespace Metering.Reports;

/// <summary>What a customer's bill of a span is made of. It holds no time of its making: a final report is the same each time.</summary>
public sealed record BillingReport
{
    /// <summary>The customer.</summary>
    public required string TenantId { get; init; }

    /// <summary>Periods that end after this, UTC, are in it.</summary>
    public DateTimeOffset From { get; init; }

    /// <summary>Periods that end at this or before, UTC, are in it.</summary>
    public DateTimeOffset To { get; init; }

    /// <summary>Whether nothing in it can change any more: all of its periods are closed for good.</summary>
    public bool IsFinal { get; init; }

    /// <summary>The lines, by license, then by the end of the period and the feature.</summary>
    public ImmutableArray<BillingLine> Lines { get; init; } = [];

    /// <summary>What they come to, by currency or unit.</summary>
    public ImmutableArray<BillingTotal> Totals { get; init; } = [];
}
