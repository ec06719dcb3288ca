using System.Text.Json;
using System.Text.Json.Serialization;

namespace Metering;

/// <summary>Stores an effect as what is in it.</summary>
public sealed class CommandEffectJsonConverter : JsonConverter<CommandEffect>
{
    /// <inheritdoc/>
    public override CommandEffect Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(JsonSerializer.Deserialize(ref reader, EffectJson.Default.LicenseEffect) ?? throw new JsonException("must be an effect"));

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, CommandEffect value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value.License, EffectJson.Default.LicenseEffect);
}

/// <summary>How effects are stored: as <see cref="MeteringJson"/>, which, being public, cannot hold what is not.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DictionaryKeyPolicy = JsonKnownNamingPolicy.Unspecified,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    IgnoreReadOnlyProperties = true,
    Converters = [typeof(TotalJsonConverter), typeof(UtcJsonConverter)])]
[JsonSerializable(typeof(LicenseEffect))]
[JsonSerializable(typeof(TierCharge))]
internal sealed partial class EffectJson : JsonSerializerContext;
