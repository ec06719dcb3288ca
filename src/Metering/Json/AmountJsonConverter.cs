using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Metering;

/// <summary>Reads and writes amounts as JSON numbers, exactly (rule 1). What is not an amount is an error that names the field.</summary>
public sealed class AmountJsonConverter : JsonConverter<decimal>
{
    /// <inheritdoc/>
    public override decimal Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.Number)
        {
            throw new JsonException("must be a number");
        }

        // By its digits and not with GetDecimal, which rounds what a decimal cannot hold. A body that comes in pieces may cut a number in
        // two.
        var text = reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan;
        return Amount.TryParse(text, out var value, out var why) ? value : throw new JsonException(why);
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, decimal value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(Amount.Normalize(value));
}
