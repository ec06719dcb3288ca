using System.Text.Json;

namespace Metering;

/// <summary>A usage event, read and found well formed: somebody has used something.</summary>
public sealed record UsageEvent
{
    /// <summary>Its place in the request or batch that it came in, from 0.</summary>
    public int Index { get; init; }

    /// <summary>The event's id: the caller's, or one that was made for it.</summary>
    public required string EventId { get; init; }

    /// <summary>The feature.</summary>
    public required string Metric { get; init; }

    /// <summary>The customer; null only when <see cref="LicenseId"/> is given.</summary>
    public string? TenantId { get; init; }

    /// <summary>The license; wins over the tenant.</summary>
    public string? LicenseId { get; init; }

    /// <summary>By metric type, as the amount of a report.</summary>
    public decimal Quantity { get; init; }

    /// <summary>The key of a gauge's or a total's reading.</summary>
    public string? Key { get; init; }

    /// <summary>Who used it, in the caller's words; null: nobody is named.</summary>
    public string? UserId { get; init; }

    /// <summary>When the use happened, UTC; null: now.</summary>
    public DateTimeOffset? OccurredAt { get; init; }

    /// <summary>
    /// When it was first taken in, where that is known and the same each time it comes again, UTC; null: now. It does not count as the
    /// time of the use; it only makes an event without a time come to the same license again.
    /// </summary>
    public DateTimeOffset? ReceivedAt { get; init; }

    /// <summary>Kept with the ledger entry.</summary>
    public JsonElement? Metadata { get; init; }

    /// <summary>The event of which a command was made, where only the command has come.</summary>
    /// <param name="command">The command, with the event's id.</param>
    /// <param name="tenantId">The customer by whom it found its license; null where it named the license.</param>
    /// <param name="licenseId">The license.</param>
    public static UsageEvent Of(RecordUse command, string? tenantId, string licenseId) => new()
    {
        EventId = command.EventId ?? "",
        Metric = command.FeatureCode,
        TenantId = tenantId,
        LicenseId = tenantId is null ? licenseId : null,
        Quantity = command.Given,
        Key = command.Key,
        UserId = command.UserId,
        OccurredAt = command.OccurredAt,
        Metadata = command.Metadata,
    };

    /// <summary>The command that counts the event.</summary>
    public RecordUse ToCommand() => new()
    {
        FeatureCode = Metric,
        Given = Quantity,
        Key = Key,
        EventId = EventId,
        UserId = UserId,
        OccurredAt = OccurredAt,
        Metadata = Metadata,
    };
}
