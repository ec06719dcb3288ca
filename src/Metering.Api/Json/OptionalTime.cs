using System.Text.Json;
using System.Text.Json.Serialization;

namespace Metering.Api;

/// <summary>A time in a change: absent, so that what is there stays; null, so that it is taken away; or given.</summary>
/// <param name="IsGiven">Whether the field is there.</param>
/// <param name="Value">The time, UTC; null to take it away.</param>
/// <param name="IsTime">
/// Whether what is given is a time or null; what is not is refused by who reads the change, together with all else.
/// </param>
[JsonConverter(typeof(OptionalTimeJsonConverter))]
public readonly record struct OptionalTime(bool IsGiven, DateTimeOffset? Value, bool IsTime);

/// <summary>Reads a time or null.</summary>
internal sealed class OptionalTimeJsonConverter : JsonConverter<OptionalTime>
{
    private static readonly UtcJsonConverter Times = new();

    // Null says something here: it takes the time away.
    public override bool HandleNull => true;

    public override OptionalTime Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            return new OptionalTime(IsGiven: true, null, IsTime: true);
        }

        if (reader.TokenType == JsonTokenType.String && UtcJsonConverter.TryParse(reader.GetString()!, out var time))
        {
            return new OptionalTime(IsGiven: true, time, IsTime: true);
        }

        // Noted and not thrown: the reader of the change tells it together with all else that is wrong.
        reader.Skip();
        return new OptionalTime(IsGiven: true, null, IsTime: false);
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
