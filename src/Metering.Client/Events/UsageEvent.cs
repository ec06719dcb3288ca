using System.Text.Json;

namespace Metering.Client;

/// <summary>That something was used, to be counted once, whenever it arrives.</summary>
public sealed record UsageEvent
{
    /// <summary>The feature. Required.</summary>
    public required string Metric { get; init; }

    /// <summary>The customer; the meter finds the license that has the feature. Required without <see cref="LicenseId"/>.</summary>
    public string? TenantId { get; init; }

    /// <summary>The license; wins over the customer.</summary>
    public string? LicenseId { get; init; }

    /// <summary>By metric type: a delta or a reading, in the feature's unit; null: 1.</summary>
    public decimal? Quantity { get; init; }

    /// <summary>Who used it, in your words.</summary>
    public string? UserId { get; init; }

    /// <summary>
    /// What makes it the same event when it comes again; null: the client makes an id. <see cref="MeteringEvents"/> keeps that id
    /// until the meter has the event; a call of <see cref="Admin.EventsAdmin.SendAsync"/> keeps it until the call ends.
    /// </summary>
    public string? EventId { get; init; }

    /// <summary>
    /// When it happened; null: when it was added to <see cref="MeteringEvents"/>, or when the meter takes it from a call of
    /// <see cref="Admin.EventsAdmin.SendAsync"/>.
    /// </summary>
    public DateTimeOffset? OccurredAt { get; init; }

    /// <summary>Which source a keyed feature's reading is of.</summary>
    public string? Key { get; init; }

    /// <summary>What you want to find in the ledger beside it: a JSON object of up to 4 KiB.</summary>
    public JsonElement? Metadata { get; init; }
}
