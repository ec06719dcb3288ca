using System.Text.Json;
using System.Text.Json.Serialization;

namespace Metering;

/// <summary>
/// Reads the form of a license's state, and refuses every form but the current one. It is the first property that is written, so a
/// state in another form is told by its number, before a field that has changed its meaning can be misread or fail with a riddle.
/// </summary>
public sealed class StateFormatJsonConverter : JsonConverter<int>
{
    /// <inheritdoc/>
    /// <exception cref="UnknownFormatException">It is another form.</exception>
    public override int Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var format = reader.GetInt32();
        return format == LicenseState.CurrentFormat ? format : throw new UnknownFormatException(format);
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, int value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
}
