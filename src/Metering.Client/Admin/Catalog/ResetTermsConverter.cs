using System.Text.Json;
using System.Text.Json.Serialization;

namespace Metering.Client.Admin;

/// <summary>A reset is an interval's name, or an object where there is more to say.</summary>
internal sealed class ResetTermsConverter : JsonConverter<ResetTerms>
{
    private const string Interval = "interval";
    private const string Anchor = "anchor";
    private const string TimeZone = "time_zone";

    public override ResetTerms Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return new ResetTerms(reader.GetString()!);
        }

        using var reset = JsonDocument.ParseValue(ref reader);
        return new ResetTerms(
            Text(reset, Interval) ?? throw new JsonException("A reset has no interval."), Text(reset, Anchor), Text(reset, TimeZone));
    }

    public override void Write(Utf8JsonWriter writer, ResetTerms value, JsonSerializerOptions options)
    {
        if (value is { Anchor: null, TimeZone: null })
        {
            writer.WriteStringValue(value.Interval);
            return;
        }

        writer.WriteStartObject();
        writer.WriteString(Interval, value.Interval);
        if (value.Anchor is not null)
        {
            writer.WriteString(Anchor, value.Anchor);
        }

        if (value.TimeZone is not null)
        {
            writer.WriteString(TimeZone, value.TimeZone);
        }

        writer.WriteEndObject();
    }

    private static string? Text(JsonDocument reset, string name) =>
        reset.RootElement.ValueKind == JsonValueKind.Object && reset.RootElement.TryGetProperty(name, out var value)
            ? value.GetString()
            : null;
}
