using System.Text.Json;
using System.Text.Json.Serialization;

namespace Metering;

/// <summary>Stores a license's holds as a list; order and sums are worked out again when it is read.</summary>
public sealed class HoldSetJsonConverter : JsonConverter<HoldSet>
{
    /// <inheritdoc/>
    public override HoldSet Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonException("must be a list of holds");
        }

        var holds = new List<HoldState>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            holds.Add(JsonSerializer.Deserialize(ref reader, MeteringJson.Default.HoldState) ?? throw new JsonException("must be a hold"));
        }

        // Sums are worked out and not stored, so that they cannot part from the holds.
        return holds.Count == 0 ? HoldSet.Empty : HoldSet.Of(holds);
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, HoldSet value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var hold in value)
        {
            JsonSerializer.Serialize(writer, hold, MeteringJson.Default.HoldState);
        }

        writer.WriteEndArray();
    }
}
