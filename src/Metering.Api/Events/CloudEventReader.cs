using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;

namespace Metering.Api;

/// <summary>
/// Reads CloudEvents 1.0: <c>id</c> and <c>source</c> make the event's id, <c>subject</c> names tenant or license, <c>time</c> is when it
/// happened, <c>type</c> the metric; <c>data</c> may name metric, quantity, user, tenant, license and key itself.
/// </summary>
public static class CloudEventReader
{
    private const string Version = "1.0";

    /// <summary>Reads one event in the structured form.</summary>
    public static ReadEvent Read(ReadOnlySpan<byte> json, int index)
    {
        try
        {
            var cloud = JsonBody.Parse(json, ForeignJson.Default.CloudEventDocument);
            if (cloud.DataBase64 is not null)
            {
                return Check(cloud, CheckData(Decode(cloud.DataBase64)), index, json);
            }

            // The raw bytes, which one reader takes for all three forms; so an event says the same in whichever it comes.
            return Check(
                cloud, cloud.Data.ValueKind == JsonValueKind.Undefined ? default : JsonMarshal.GetRawUtf8Value(cloud.Data), index, json);
        }
        catch (ProblemException exception)
        {
            return EventReader.Unreadable(exception.Problem, index, json);
        }
    }

    /// <summary>
    /// Reads one event in the binary form: its attributes by themselves, its data as a body. The data is read as it came.
    /// </summary>
    /// <param name="attribute">An attribute by its name; null when there is none. It may throw a <see cref="ProblemException"/>.</param>
    /// <param name="data">The data; empty when there is none.</param>
    public static ReadEvent ReadBinary(Func<string, string?> attribute, ReadOnlySpan<byte> data)
    {
        ArgumentNullException.ThrowIfNull(attribute);
        try
        {
            var cloud = new CloudEventDocument
            {
                Specversion = attribute("specversion"),
                Id = attribute("id"),
                Source = attribute("source"),
                Type = attribute("type"),
                Subject = attribute("subject"),
                Time = Time(attribute("time")),
            };
            return Check(cloud, data.IsEmpty ? data : CheckData(data), 0, data);
        }
        catch (ProblemException exception)
        {
            return EventReader.Unreadable(exception.Problem, 0, data);
        }
    }

    /// <summary>
    /// Whether JSON is a CloudEvent in the structured form: an object that says which version of the specification it follows.
    /// </summary>
    public static bool IsStructured(ReadOnlySpan<byte> json)
    {
        try
        {
            // What is too deep is for the event's reader to refuse.
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = int.MaxValue });
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                // Comparing throws where a name isn't text, which is for the event's reader to refuse.
                if (JsonText.IsText(reader.ValueSpan) && reader.ValueTextEquals("specversion"u8))
                {
                    return true;
                }

                reader.Skip();
            }

            return false;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Whether a request carries a CloudEvent in the binary form: its attributes as headers, its data as the body.</summary>
    internal static bool IsBinary(HttpRequest request) => request.Headers.ContainsKey("ce-specversion");

    /// <summary>Reads an event in the binary form from a request's headers and body.</summary>
    internal static ReadEvent ReadBinary(HttpRequest request, ReadOnlySpan<byte> body) => ReadBinary(
        name => CloudEventHeader.Read(request, name) is not { } value ? null : name == "source" ? CloudEventHeader.Canonical(value) : value,
        body);

    private static ReadEvent Check(CloudEventDocument cloud, ReadOnlySpan<byte> data, int index, ReadOnlySpan<byte> json)
    {
        // The first letter tells what valid JSON is: an object, null, or what data can't be.
        var first = data.TrimStart(" \t\r\n"u8) is [var letter, ..] ? letter : (byte)'n';
        var errors = new FieldErrors();
        errors.Require(cloud.Specversion == Version, "/specversion", $"must be {Version}");
        errors.Require(!string.IsNullOrEmpty(cloud.Id), "/id", "is required");
        // A space would make the event's id, which is source, space and id, that of another pair.
        errors.Require(
            !string.IsNullOrEmpty(cloud.Source) && !cloud.Source.Any(char.IsWhiteSpace),
            "/source",
            "is required, and must be a URI reference");
        errors.Require(!string.IsNullOrEmpty(cloud.Type), "/type", "is required");
        errors.Require(first is (byte)'{' or (byte)'n', "/data", "must be an object");
        errors.ThrowIfAny();

        var fields = first == (byte)'{' ? Fields(data) : new EventDocument();
        var isLicense = cloud.Subject?.StartsWith(NewId.LicensePrefix, StringComparison.Ordinal) ?? false;
        var document = fields with
        {
            EventId = EventId(cloud.Source!, cloud.Id!),
            // The data is about the use; type and subject stand in where it says nothing.
            Metric = fields.Metric ?? cloud.Type,
            TenantId = fields.TenantId ?? (isLicense ? null : cloud.Subject),
            LicenseId = fields.LicenseId ?? (isLicense ? cloud.Subject : null),
            OccurredAt = cloud.Time ?? fields.OccurredAt,
        };
        return EventReader.Check(document, index, json);
    }

    private static EventDocument Fields(ReadOnlySpan<byte> data)
    {
        try
        {
            return JsonBody.Parse(data, ForeignJson.Default.EventDocument);
        }
        catch (ProblemException exception)
        {
            // The places are those in the data; the sender looks for them in the event.
            var errors = exception.Problem.Errors.Select(error => error with { Pointer = "/data" + error.Pointer });
            throw new ProblemException(exception.Problem with { Errors = [.. errors] });
        }
    }

    // Source and id together are unique. A source has no space in it, so no two pairs make the same text.
    private static string EventId(string source, string id)
    {
        var both = $"{CloudEventHeader.Canonical(source)} {id}";
        // Sources and ids may be of any length, an event's id may not. The hash has no space in it, so it is never the text of a pair.
        return both.Length <= Texts.MaxId ? both : "sha256:" + TextHash.Of(both);
    }

    private static DateTimeOffset? Time(string? text)
    {
        if (text is null)
        {
            return null;
        }

        return UtcJsonConverter.TryParse(text, out var time)
            ? time
            : throw new ProblemException(Problem.Field("/time", "must be an RFC 3339 time with an offset, such as 2026-11-21T10:00:00Z"));
    }

    private static byte[] Decode(string base64)
    {
        try
        {
            return Convert.FromBase64String(base64);
        }
        catch (FormatException)
        {
            throw new ProblemException(Problem.Field("/data_base64", "must be Base64"));
        }
    }

    // That it is JSON, whatever the attributes say. What it says is for the reader of its fields.
    private static ReadOnlySpan<byte> CheckData(ReadOnlySpan<byte> json)
    {
        if (!Utf8.IsValid(json))
        {
            throw new ProblemException(JsonBody.NotUtf8);
        }

        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = JsonDepth.Max });
            while (reader.Read())
            {
            }

            return json;
        }
        catch (JsonException exception)
        {
            throw new ProblemException(JsonFault.Explain(json, exception));
        }
    }
}
