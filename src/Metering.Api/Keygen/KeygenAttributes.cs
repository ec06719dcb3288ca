using System.Text.Json.Serialization;

namespace Metering.Api;

/// <summary>How a license stands.</summary>
/// <param name="Uses">Use of the period.</param>
/// <param name="MaxUses">What may be used in the period; null when unlimited.</param>
public sealed record KeygenAttributes(decimal Uses, decimal? MaxUses);

/// <summary>How Keygen's documents are written: its names are in camel case.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(TotalJsonConverter)])]
[JsonSerializable(typeof(KeygenDocument))]
internal sealed partial class KeygenJson : JsonSerializerContext;
