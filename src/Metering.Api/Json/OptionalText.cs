using System.Text.Json;
using System.Text.Json.Serialization;

namespace Metering.Api;

/// <summary>A text in a change: absent, so that what is there stays; null, so that it is taken away; or given.</summary>
/// <param name="IsGiven">Whether the field is there.</param>
/// <param name="Value">The text; null to take it away.</param>
[JsonConverter(typeof(OptionalTextJsonConverter))]
public readonly record struct OptionalText(bool IsGiven, string? Value)
{
    /// <summary>What there is after the change.</summary>
    /// <param name="known">What was there before.</param>
    public string? Or(string? known) => IsGiven ? Value : known;
}

/// <summary>Reads a text or null.</summary>
internal sealed class OptionalTextJsonConverter : JsonConverter<OptionalText>
{
    // Null says something here: it takes the text away.
    public override bool HandleNull => true;

    public override OptionalText Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType is JsonTokenType.Null or JsonTokenType.String
            ? new OptionalText(IsGiven: true, reader.GetString())
            : throw new JsonException("must be a string or null");

    public override void Write(Utf8JsonWriter writer, OptionalText value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Value);
}
