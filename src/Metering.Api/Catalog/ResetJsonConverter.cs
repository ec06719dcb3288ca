using System.Text.Json;
using System.Text.Json.Serialization;

namespace Metering.Api;

/// <summary>Reads a reset as an interval's name or as an object; writes the name alone where that says it all.</summary>
/// <remarks>
/// What is wrong with a field is kept with the document, because only who reads the terms knows the reset's place in the body.
/// </remarks>
internal sealed class ResetJsonConverter : JsonConverter<ResetDocument>
{
    private static readonly string[] Names = ["interval", "anchor", "time_zone"];

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

        var reset = new ResetDocument();
        var errors = new FieldErrors();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            var pointer = "/" + JsonFields.Escape(name);
            // The serializer refuses doubled and unknown fields of its own objects only; within a converter that is ours to do.
            errors.Require(seen.Add(name), pointer, "is there twice");
            reader.Read();
            reset = name switch
            {
                "interval" => reset with { Interval = Text(ref reader, pointer, errors) },
                "anchor" => reset with { Anchor = Text(ref reader, pointer, errors) },
                "time_zone" => reset with { TimeZone = Text(ref reader, pointer, errors) },
                _ => Unknown(ref reader, reset, name, errors),
            };
        }

        return reset with { Faults = errors.Found };
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

    private static ResetDocument Unknown(ref Utf8JsonReader reader, ResetDocument reset, string name, FieldErrors errors)
    {
        errors.Add("/" + JsonFields.Escape(name), NearestName.Refusal("a field of a reset", name, Names));
        reader.Skip();
        return reset;
    }

    private static string? Text(ref Utf8JsonReader reader, string pointer, FieldErrors errors)
    {
        if (reader.TokenType is JsonTokenType.String)
        {
            return reader.GetString();
        }

        errors.Require(reader.TokenType == JsonTokenType.Null, pointer, "must be a string");
        // On to the end of the value, whatever it is, so that the fields after it are read and told too.
        reader.Skip();
        return null;
    }
}
