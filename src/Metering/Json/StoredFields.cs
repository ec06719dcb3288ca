using System.Text.Json;

namespace Metering;

/// <summary>
/// Writes fields as <see cref="MeteringJson"/> does: what has its default is left out. For the records that every consume stores; the
/// serializer makes garbage with each, and properties of the tests hold that both write the same bytes.
/// </summary>
internal readonly struct StoredFields(Utf8JsonWriter writer)
{
    public void Text(ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
        {
            writer.WriteString(name, value);
        }
    }

    public void Number(ReadOnlySpan<byte> name, decimal value)
    {
        if (value != 0)
        {
            writer.WriteNumber(name, Amount.Normalize(value));
        }
    }

    // A zero that may be missing is no default, and is written.
    public void Number(ReadOnlySpan<byte> name, decimal? value)
    {
        if (value is { } number)
        {
            writer.WriteNumber(name, Amount.Normalize(number));
        }
    }

    public void Integer(ReadOnlySpan<byte> name, long value)
    {
        if (value != 0)
        {
            writer.WriteNumber(name, value);
        }
    }

    public void Flag(ReadOnlySpan<byte> name, bool value)
    {
        if (value)
        {
            writer.WriteBoolean(name, true);
        }
    }

    public void Name<T>(ReadOnlySpan<byte> name, T value)
        where T : struct, Enum
    {
        if (!EqualityComparer<T>.Default.Equals(value, default))
        {
            writer.WriteString(name, EnumNames.Of(value));
        }
    }

    public void Time(ReadOnlySpan<byte> name, DateTimeOffset value)
    {
        if (value != default)
        {
            Written(name, value);
        }
    }

    public void Time(ReadOnlySpan<byte> name, DateTimeOffset? value)
    {
        if (value is { } time)
        {
            Written(name, time);
        }
    }

    public void Day(ReadOnlySpan<byte> name, DateOnly? value)
    {
        if (value is { } day)
        {
            Span<byte> text = stackalloc byte[UtcJsonConverter.MaxWrittenLength];
            writer.WriteString(name, text[..UtcJsonConverter.FormatDay(day, text)]);
        }
    }

    public void Period(ReadOnlySpan<byte> name, Period? value)
    {
        if (value is null)
        {
            return;
        }

        writer.WriteStartObject(name);
        Time("start"u8, value.Start);
        Time("end"u8, value.End);
        writer.WriteEndObject();
    }

    public void Charges(ReadOnlySpan<byte> name, Charges? value)
    {
        if (value is null)
        {
            return;
        }

        writer.WriteStartArray(name);
        foreach (var line in value.Lines)
        {
            writer.WriteStartObject();
            Text("from"u8, line.From);
            Number("unit_price"u8, line.UnitPrice);
            Number("units"u8, line.Units);
            Number("unit_cost"u8, line.UnitCost);
            Number("base_price"u8, line.BasePrice);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    public void Whole(ReadOnlySpan<byte> name, JsonElement? value)
    {
        if (value is { } element)
        {
            writer.WritePropertyName(name);
            element.WriteTo(writer);
        }
    }

    private void Written(ReadOnlySpan<byte> name, DateTimeOffset value)
    {
        Span<byte> text = stackalloc byte[UtcJsonConverter.MaxWrittenLength];
        writer.WriteString(name, text[..UtcJsonConverter.Format(value, text)]);
    }
}
