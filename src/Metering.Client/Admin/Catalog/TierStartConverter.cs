using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Metering.Client.Admin;

/// <summary>A tier's start is a number such as 800, or a text such as "80%".</summary>
internal sealed class TierStartConverter : JsonConverter<TierStart>
{
    public override TierStart Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Number)
        {
            return new TierStart(reader.GetDecimal());
        }

        var text = reader.GetString() ?? "";
        return text.EndsWith('%') && decimal.TryParse(text.AsSpan(0, text.Length - 1), CultureInfo.InvariantCulture, out var percent)
            ? new TierStart(percent, IsPercent: true)
            : throw new JsonException($"'{text}' is neither an amount nor a percentage.");
    }

    public override void Write(Utf8JsonWriter writer, TierStart value, JsonSerializerOptions options)
    {
        if (value.IsPercent)
        {
            writer.WriteStringValue(value.ToString());
            return;
        }

        writer.WriteNumberValue(value.Value);
    }
}
