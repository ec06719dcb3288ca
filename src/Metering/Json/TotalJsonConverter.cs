using System.Text.Json;
using System.Text.Json.Serialization;

namespace Metering;

/// <summary>Reads and writes decimals that our own code has computed: totals may pass what a single amount may have.</summary>
public sealed class TotalJsonConverter : JsonConverter<decimal>
{
    /// <inheritdoc/>
    // Our own code has written it, from a decimal: GetDecimal has nothing to round.
    public override decimal Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDecimal();

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, decimal value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(Amount.Normalize(value));
}
