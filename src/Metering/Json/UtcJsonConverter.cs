using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Metering;

/// <summary>
/// Times are RFC 3339. They are written in UTC with a <c>Z</c>, and with milliseconds only where there are any; what is read must
/// carry an offset, and is kept in UTC and whole milliseconds.
/// </summary>
public sealed class UtcJsonConverter : JsonConverter<DateTimeOffset>
{
    /// <inheritdoc/>
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String || !TryParse(reader.GetString()!, out var value))
        {
            throw new JsonException("must be an RFC 3339 time with an offset, such as 2026-11-21T10:00:00Z");
        }

        return value;
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options)
    {
        Span<char> text = stackalloc char[32];
        var utc = value.UtcDateTime;
        var format = utc.Ticks % TimeSpan.TicksPerSecond == 0 ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
        utc.TryFormat(text, out var length, format, CultureInfo.InvariantCulture);
        writer.WriteStringValue(text[..length]);
    }

    /// <summary>Reads an RFC 3339 time between the years 1970 and 9000, in UTC and whole milliseconds.</summary>
    public static bool TryParse(string text, out DateTimeOffset value)
    {
        value = default;
        if (text.Length is < 20 or > 40 || text[10] is not ('T' or 't')
            || !(text[^1] is 'Z' or 'z' || (text[^3] == ':' && text[^6] is '+' or '-'))
            || !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var parsed)
            || parsed.Year is < 1970 or > 9000)
        {
            return false;
        }

        value = WholeMilliseconds(parsed);
        return true;
    }

    /// <summary>A time in UTC, cut to whole milliseconds, so that it is the same after it was written and read.</summary>
    public static DateTimeOffset WholeMilliseconds(DateTimeOffset value)
    {
        var ticks = value.UtcTicks;
        return new DateTimeOffset(ticks - (ticks % TimeSpan.TicksPerMillisecond), TimeSpan.Zero);
    }
}
