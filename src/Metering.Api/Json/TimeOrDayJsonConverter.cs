using System.Text.Json;
using System.Text.Json.Serialization;

namespace Metering.Api;

/// <summary>A time, or a day, which stands for its beginning, UTC: as the queries of reports take them.</summary>
internal sealed class TimeOrDayJsonConverter : JsonConverter<DateTimeOffset>
{
    private static readonly UtcJsonConverter Times = new();

    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && TimeOrDay.TryParse(reader.GetString()!, out var time)
            ? time
            : throw new JsonException(TimeOrDay.Expected);

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        Times.Write(writer, value, options);
}
