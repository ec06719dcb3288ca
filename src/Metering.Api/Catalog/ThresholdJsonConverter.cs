using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Metering.Api;

/// <summary>Reads where a tier begins: an amount such as 800, or a percentage of the allowance such as "80%".</summary>
internal sealed class ThresholdJsonConverter : JsonConverter<Threshold?>
{
    private const string Expected = "must be an amount such as 800, or a percentage such as \"80%\"";

    public override Threshold? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                return null;
            case JsonTokenType.Number:
                // From the digits as they stand: GetDecimal rounds a number that has too many, and rule 1 has it refused.
                var digits = reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan;
                return Amount.TryParse(digits, out var amount, out var why) ? new Threshold(amount, false) : throw new JsonException(why);
            case JsonTokenType.String:
                var text = reader.GetString()!;
                return text.EndsWith('%') && Amount.TryParse(text.AsSpan(0, text.Length - 1), out var percent, out _)
                    ? new Threshold(percent, true)
                    : throw new JsonException(Expected);
            default:
                throw new JsonException(Expected);
        }
    }

    public override void Write(Utf8JsonWriter writer, Threshold? value, JsonSerializerOptions options)
    {
        switch (value)
        {
            case null:
                writer.WriteNullValue();
                break;
            case { IsPercent: true } percent:
                writer.WriteStringValue(percent.ToString());
                break;
            case { } amount:
                writer.WriteNumberValue(Amount.Normalize(amount.Value));
                break;
        }
    }
}
