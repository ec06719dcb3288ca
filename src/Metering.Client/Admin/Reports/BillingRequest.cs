namespace Metering.Client.Admin;

/// <summary>What a billing report is to be about.</summary>
public sealed record BillingRequest
{
    /// <summary>The customer. Required.</summary>
    public required string TenantId { get; init; }

    /// <summary>Periods that end after this; a day stands for its beginning, UTC; 31 days before <c>to</c> where it is absent.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>
    /// Periods that end at this or before; a day stands for its beginning, UTC; where it is absent: now, with the periods that are
    /// open.
    /// </summary>
    public DateTimeOffset? To { get; init; }
}
