using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using System.Text.Json;

namespace Metering.Api;

/// <summary>A usage event in the plain form.</summary>
public sealed record EventDocument
{
    /// <summary>The customer. Required without <see cref="LicenseId"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TenantId { get; init; }

    /// <summary>The license; wins over the tenant.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? LicenseId { get; init; }

    /// <summary>The feature. Required.</summary>
    [Required]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Metric { get; init; }

    /// <summary>By metric type, as the amount of a report; 1 where it is absent.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public decimal? Quantity { get; init; }

    /// <summary>The user.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? UserId { get; init; }

    /// <summary>The caller's id of the event; one is made where it is absent.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? EventId { get; init; }

    /// <summary>When the use happened; now where it is absent.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? OccurredAt { get; init; }

    /// <summary>The key of a gauge's or a total's reading.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Key { get; init; }

    /// <summary>Kept with the ledger entry: a JSON object of up to 4 KiB.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? Metadata { get; init; }

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

/// <summary>What became of the events of a request.</summary>
public sealed record EventsAnswer
{
    /// <summary>How many were taken in.</summary>
    public int Accepted { get; init; }

    /// <summary>How many had been counted before.</summary>
    public int Duplicates { get; init; }

    /// <summary>
    /// Those that can't be counted, in the order of their places. They are in the dead-letter list; but not what was not taken from a place on, because a limit was met.
    /// </summary>
    public IReadOnlyList<RejectedView> Rejected { get; init; } = [];

    /// <summary>For a single event: its id.</summary>
    public string? EventId { get; init; }

    /// <summary>The ids that were made for events that came without.</summary>
    public IReadOnlyList<MadeEventId> EventIds { get; init; } = [];
}

/// <summary>An event that can't be counted; or, where a limit was met in a stream of lines, the first of those that were not taken.</summary>
/// <param name="Index">Its place in the request, from 0.</param>
/// <param name="EventId">Its id, where it could be read.</param>
/// <param name="Code">Why, as a code.</param>
/// <param name="Detail">Why, for people.</param>
public sealed record RejectedView(int Index, string? EventId, string Code, string Detail);

/// <summary>An id that was made for an event.</summary>
/// <param name="Index">The event's place in the request, from 0.</param>
/// <param name="EventId">Its id.</param>
public sealed record MadeEventId(int Index, string EventId);
