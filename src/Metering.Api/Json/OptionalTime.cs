using System.Text.Json;
using System.Text.Json.Serialization;

namespace Metering.Api;

/// <summary>A time in a change: absent, so that what is there stays; null, so that it is taken away; or given.</summary>
/// <param name="IsGiven">Whether the field is there.</param>
/// <param name="Value">The time, UTC; null to take it away.</param>
[JsonConverter(typeof(OptionalTimeJsonConverter))]
public readonly record struct OptionalTime(bool IsGiven, DateTimeOffset? Value);

/// <summary>Reads a time or null.</summary>
internal sealed class OptionalTimeJsonConverter : JsonConverter<OptionalTime>
{
    private static readonly UtcJsonConverter Times = new();

    public override bool HandleNull => true;

    public override OptionalTime Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            return new OptionalTime(true, null);
        }

        return reader.TokenType == JsonTokenType.String && UtcJsonConverter.TryParse(reader.GetString()!, out var time)
            ? new OptionalTime(true, time)
            : throw new JsonException("must be an RFC 3339 time with an offset, or null");
    }

    public override void Write(Utf8JsonWriter writer, OptionalTime value, JsonSerializerOptions options)
    {
        if (value.Value is { } time)
        {
            Times.Write(writer, time, options);
        }
        else
        {
            writer.WriteNullValue();
        }
    }
}
