using System.Runtime.InteropServices;
using System.Text.Json;

namespace Metering.Api;

/// <summary>Checks JSON objects that are kept as they came.</summary>
internal static class JsonObjects
{
    /// <summary>Largest metadata, in bytes.</summary>
    public const int MaxMetadataBytes = 4096;

    /// <summary>Checks metadata that may be absent.</summary>
    public static void Metadata(FieldErrors errors, string pointer, JsonElement? metadata)
    {
        if (metadata is not { } element || element.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined)
        {
            return;
        }

        if (element.ValueKind != JsonValueKind.Object)
        {
            errors.Add(pointer, "must be an object");
        }
        else if (JsonMarshal.GetRawUtf8Value(element).Length > MaxMetadataBytes)
        {
            errors.Add(pointer, $"must have at most {MaxMetadataBytes} bytes");
        }
        else if (!IsText(element))
        {
            errors.Add(pointer, "must hold valid Unicode text");
        }
    }

    /// <summary>Most levels of an object that comes by itself: as many as one within a body may have.</summary>
    private const int MaxDepth = JsonDepth.Max - 1;

    // The same rules as for bodies: what is deeper, or has a name twice, could be taken in but not everywhere be kept and read again.
    private static readonly JsonDocumentOptions Rules = new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false };

    /// <summary>JSON that comes as text, as in a query; null when it is absent or breaks the rules for bodies, which is noted.</summary>
    public static JsonElement? FromText(FieldErrors errors, string pointer, string? text)
    {
        if (text is null)
        {
            return null;
        }

        try
        {
            return JsonElement.Parse(text, Rules);
        }
        catch (JsonException)
        {
            errors.Add(pointer, $"must be a JSON object, at most {MaxDepth} levels deep, in which no name occurs twice");
            return null;
        }
    }

    // An escaped half of a surrogate pair is valid JSON but no text, and could not be written again.
    private static bool IsText(JsonElement element)
    {
        try
        {
            switch (element.ValueKind)
            {
                case JsonValueKind.String:
                    // Reading is the check: the text itself is not needed.
                    _ = element.GetString();
                    return true;
                case JsonValueKind.Array:
                    return element.EnumerateArray().All(IsText);
                case JsonValueKind.Object:
                    return element.EnumerateObject().All(property => property.Name is not null && IsText(property.Value));
                default:
                    return true;
            }
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
