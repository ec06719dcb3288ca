using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using System.Text.Json;

namespace Metering.Api;

/// <summary>A usage event in the plain form.</summary>
// Set and not init: the serializer passes init-only properties through a constructor, which makes reading 50 % slower.
public sealed record EventDocument
{
    /// <summary>The customer. Required without <see cref="LicenseId"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TenantId { get; set; }

    /// <summary>The license; wins over the tenant.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? LicenseId { get; set; }

    /// <summary>The feature. Required.</summary>
    [Required]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Metric { get; set; }

    /// <summary>
    /// 1 where it is absent: an event without a quantity counts one. By metric type as the amount of a report; 0 for a gauge's key gives
    /// back what the key stands for.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public decimal? Quantity { get; set; }

    /// <summary>Who used it, in the caller's words; the reports by user count it. Absent: nobody is named.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? UserId { get; set; }

    /// <summary>The caller's id of the event; one is made where it is absent.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? EventId { get; set; }

    /// <summary>When the use happened; now where it is absent.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? OccurredAt { get; set; }

    /// <summary>The key of a gauge's or a total's reading.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Key { get; set; }

    /// <summary>Kept with the ledger entry: a JSON object of up to 4 KiB.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? Metadata { get; set; }

    /// <summary>The plain form of an event that was read.</summary>
    public static EventDocument Of(UsageEvent usage) => new()
    {
        TenantId = usage.TenantId,
        LicenseId = usage.LicenseId,
        Metric = usage.Metric,
        Quantity = usage.Quantity,
        UserId = usage.UserId,
        EventId = usage.EventId,
        OccurredAt = usage.OccurredAt,
        Key = usage.Key,
        Metadata = usage.Metadata,
    };
}
