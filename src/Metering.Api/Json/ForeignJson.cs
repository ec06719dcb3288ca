using System.Text.Json.Serialization;

namespace Metering.Api;

/// <summary>
/// How documents are read whose form is not ours: CloudEvents, their data, Keygen's, and claims of a JWT. Their senders may add to them
/// what they like, so fields that are not known are passed over.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DictionaryKeyPolicy = JsonKnownNamingPolicy.Unspecified,
    AllowDuplicateProperties = false,
    MaxDepth = JsonDepth.Max,
    Converters = [typeof(AmountJsonConverter), typeof(UtcJsonConverter)])]
[JsonSerializable(typeof(KeygenRequest))]
[JsonSerializable(typeof(EventDocument))]
[JsonSerializable(typeof(CloudEventDocument))]
[JsonSerializable(typeof(ViewClaims))]
internal sealed partial class ForeignJson : JsonSerializerContext;
