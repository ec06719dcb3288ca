using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;

namespace Metering.Api;

/// <summary>A body that was read.</summary>
/// <param name="Value">What it says.</param>
/// <param name="Key">The request's <c>Idempotency-Key</c>, where the route takes one.</param>
/// <param name="Hash">Hash of route, path, query and of what the body says; empty without a key.</param>
internal readonly record struct JsonBody<T>(T Value, string? Key, string Hash);

/// <summary>Reads JSON bodies.</summary>
internal static class JsonBody
{
    /// <summary>The body is no text.</summary>
    public static readonly Problem NotUtf8 = new(ProblemCode.MalformedJson, "The body is not valid UTF-8.");

    /// <summary>Reads JSON that has come already.</summary>
    /// <exception cref="ProblemException">It is no JSON, or does not have the form of <typeparamref name="T"/>.</exception>
    public static T Parse<T>(ReadOnlySpan<byte> json, JsonTypeInfo<T> type)
        where T : class
    {
        // The reader checks only the strings that somebody asks for; what it passes over, or keeps as it came, would stay broken.
        if (!Utf8.IsValid(json))
        {
            throw new ProblemException(NotUtf8);
        }

        if (JsonText.FindFault(json) is { } pointer)
        {
            throw new ProblemException(Problem.Field(pointer, JsonText.Detail));
        }

        try
        {
            return JsonSerializer.Deserialize(json, type)
                ?? throw new ProblemException(Problem.Field("", "must not be null"));
        }
        catch (JsonException exception)
        {
            throw new ProblemException(JsonFault.Explain(json, exception, type));
        }
    }

    /// <summary>Whether a media type is JSON, in UTF-8.</summary>
    public static bool IsJson(string? contentType, string mediaType = "application/json")
    {
        if (contentType is null || !contentType.StartsWith(mediaType, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        if (contentType.Length == mediaType.Length)
        {
            return true;
        }

        var rest = contentType.AsSpan(mediaType.Length).Trim();
        if (rest.IsEmpty || rest[0] != ';')
        {
            return rest.IsEmpty;
        }

        // JSON between systems is UTF-8 (RFC 8259, 8.1); another charset would be read as something else than was meant.
        var charset = rest.IndexOf("charset=", StringComparison.OrdinalIgnoreCase);
        return charset < 0 || rest[(charset + "charset=".Length)..].Trim('"').StartsWith("utf-8", StringComparison.OrdinalIgnoreCase);
    }

    /// <exception cref="ProblemException">The media type is none that the route takes.</exception>
    public static ProblemException Unsupported(string? contentType, string expected) => new(new Problem(
        ProblemCode.UnsupportedMediaType,
        string.IsNullOrEmpty(contentType)
            ? $"The body must have the media type {expected}."
            : $"The body must have the media type {expected}, not {contentType}."));
}
