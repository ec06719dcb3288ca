using System.Text.Json;
using System.Text.Json.Serialization;
using Metering;
using Metering.Api;

namespace MeterFunctions.Ingest;

/// <summary>Writes usage events in the plain form, as they go on the hub.</summary>
internal static class HubMessages
{
    /// <summary>An event as JSON.</summary>
    public static string Write(UsageEvent usage) => JsonSerializer.Serialize(EventDocument.Of(usage), HubJson.Default.EventDocument);
}

/// <summary>The plain form's JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    Converters = [typeof(TotalJsonConverter), typeof(UtcJsonConverter)])]
[JsonSerializable(typeof(EventDocument))]
internal sealed partial class HubJson : JsonSerializerContext;
