using System.ComponentModel.DataAnnotations;
using System.Text.Json;

namespace Metering.Api;

/// <summary>A CloudEvent in the structured form.</summary>
public sealed record CloudEventDocument
{
    /// <summary><c>1.0</c>. Required.</summary>
    [Required]
    public string? Specversion { get; init; }

    /// <summary>The event's id at its source. Required.</summary>
    [Required]
    public string? Id { get; init; }

    /// <summary>Where it comes from. Required.</summary>
    [Required]
    public string? Source { get; init; }

    /// <summary>Its type: the metric, where the data does not name one. Required.</summary>
    [Required]
    public string? Type { get; init; }

    /// <summary>The tenant, or the license.</summary>
    public string? Subject { get; init; }

    /// <summary>When it happened.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>Media type of the data; JSON.</summary>
    public string? Datacontenttype { get; init; }

    /// <summary>Its data: an object with metric, quantity, user_id and the like.</summary>
    public JsonElement Data { get; init; }

    /// <summary>The data where it is sent as bytes: Base64 of a JSON object. Not together with <c>data</c>.</summary>
    [System.Text.Json.Serialization.JsonPropertyName("data_base64")]
    public string? DataBase64 { get; init; }
}
