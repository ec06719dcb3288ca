using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Metering;

/// <summary>Charges are written as the list of their lines, each in the form of whoever writes them: stored or spoken.</summary>
public sealed class ChargesJsonConverter : JsonConverter<Charges>
{
    /// <inheritdoc/>
    public override Charges? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonException("must be a list of charges");
        }

        var line = LineOf(options);
        var lines = ImmutableArray.CreateBuilder<TierCharge>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            lines.Add(JsonSerializer.Deserialize(ref reader, line) ?? throw new JsonException("must be a charge"));
        }

        return Charges.Of(lines.ToImmutable());
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Charges value, JsonSerializerOptions options)
    {
        var form = LineOf(options);
        writer.WriteStartArray();
        foreach (var line in value.Lines)
        {
            JsonSerializer.Serialize(writer, line, form);
        }

        writer.WriteEndArray();
    }

    private static JsonTypeInfo<TierCharge> LineOf(JsonSerializerOptions options) =>
        (JsonTypeInfo<TierCharge>)options.GetTypeInfo(typeof(TierCharge));
}
