namespace Metering.Client.Admin;

/// <summary>What a tenant's bill of a span is made of. A final report is the same each time.</summary>
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
    public IReadOnlyList<BillingLine> Lines { get; init => field = value ?? []; } = [];

    /// <summary>What they come to, by currency or unit.</summary>
    public IReadOnlyList<BillingTotal> Totals { get; init => field = value ?? []; } = [];
}
