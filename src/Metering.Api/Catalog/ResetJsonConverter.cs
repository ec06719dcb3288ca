using System.Text.Json;
using System.Text.Json.Serialization;

namespace Metering.Api;

/// <summary>Reads a reset as an interval's name or as an object; writes the name alone where that says it all.</summary>
internal sealed class ResetJsonConverter : JsonConverter<ResetDocument>
{
    public override ResetDocument Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return new ResetDocument { Interval = reader.GetString(), IsName = true };
        }

        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("must be an interval's name or an object");
        }

        string? interval = null, anchor = null, timeZone = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString();
            reader.Read();
            switch (name)
            {
                case "interval":
                    interval = Text(ref reader, name);
                    break;
                case "anchor":
                    anchor = Text(ref reader, name);
                    break;
                case "time_zone":
                    timeZone = Text(ref reader, name);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return new ResetDocument { Interval = interval, Anchor = anchor, TimeZone = timeZone };
    }

    public override void Write(Utf8JsonWriter writer, ResetDocument value, JsonSerializerOptions options)
    {
        if (value.Anchor is null && value.TimeZone is null)
        {
            writer.WriteStringValue(value.Interval);
            return;
        }

        writer.WriteStartObject();
        writer.WriteString("interval", value.Interval);
        if (value.Anchor is not null)
        {
            writer.WriteString("anchor", value.Anchor);
        }

        if (value.TimeZone is not null)
        {
            writer.WriteString("time_zone", value.TimeZone);
        }

        writer.WriteEndObject();
    }

    private static string? Text(ref Utf8JsonReader reader, string name) => reader.TokenType switch
    {
        JsonTokenType.String => reader.GetString(),
        JsonTokenType.Null => null,
        _ => throw new JsonException($"must have a string as its {name}"),
    };
}
