using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace MeterFunctions.Storage;

/// <summary>How the tokens are written: one document.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ImmutableArray<StoredToken>))]
internal sealed partial class TokensJson : JsonSerializerContext;
