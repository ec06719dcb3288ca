using System.Text;
using System.Text.Json;
using Azure.Messaging.EventHubs;
using Metering.Api;

namespace MeterFunctions.Ingest;

/// <summary>
/// Reads the messages of the hub: usage events in the plain form, CloudEvents in the structured form, batches of either, and
/// CloudEvents in the binary form, whose attributes are the message's properties.
/// </summary>
internal static class HubEvents
{
    private const string CloudType = "application/cloudevents";

    // The AMQP binding of CloudEvents allows both.
    private static readonly string[] BinaryPrefixes = ["cloudEvents:", "cloudEvents_"];

    /// <summary>The events of a message; never throws for what a message says.</summary>
    public static IReadOnlyList<ReadEvent> Read(EventData message)
    {
        var body = EventArray.WithoutMark(message.EventBody.ToMemory());
        foreach (var prefix in BinaryPrefixes)
        {
            if (message.Properties.ContainsKey(prefix + "specversion"))
            {
                return [ReadBinary(message, prefix, body)];
            }
        }

        // What is no JSON array after all is for the reader of a single event to refuse.
        return EventArray.IsArray(body.Span) && EventArray.Split(body, int.MaxValue, out var events) is null
            ? [.. events.Select((one, index) => ReadOne(message, one, index))]
            : [ReadOne(message, body, 0)];
    }

    private static ReadEvent ReadOne(EventData message, ReadOnlyMemory<byte> json, int index) =>
        message.ContentType?.StartsWith(CloudType, StringComparison.OrdinalIgnoreCase) == true || CloudEventReader.IsStructured(json.Span)
            ? CloudEventReader.Read(json.Span, index)
            : EventReader.Read(json.Span, index);

    private static ReadEvent ReadBinary(EventData message, string prefix, ReadOnlyMemory<byte> body)
    {
        var read = CloudEventReader.ReadBinary(
            name => message.Properties.TryGetValue(prefix + name, out var value) ? Text(value) : null, body.Span);

        // A letter has no headers: in the structured form it can be tried again as it came.
        return read.Event is null ? read with { Raw = Structured(message, prefix, body) } : read;
    }

    private static string Structured(EventData message, string prefix, ReadOnlyMemory<byte> body)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            foreach (var (name, value) in message.Properties)
            {
                if (name.StartsWith(prefix, StringComparison.Ordinal))
                {
                    json.WriteString(name[prefix.Length..], Text(value));
                }
            }

            if (!body.IsEmpty)
            {
                // CloudEvents' way for data of any kind: a letter is made of what could not be read, so it need not be JSON.
                json.WriteBase64String("data_base64", body.Span);
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer().AsSpan(0, (int)stream.Length));
    }

    private static string Text(object value) => value switch
    {
        DateTime at => at.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture),
        DateTimeOffset at => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture),
        IFormattable formattable => formattable.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };
}
