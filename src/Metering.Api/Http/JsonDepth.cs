using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Metering.Api;

/// <summary>
/// How deep objects and arrays may lie in each other. What is deeper could be taken in, but not everywhere be kept and shown again.
/// </summary>
/// <remarks>
/// Far below the 64 of the JSON reader, because what is kept lies within answers and entries that have levels of their own: metadata that
/// was nested 60 deep was taken in and could not be written, so its request was busy for ever.
/// </remarks>
internal static class JsonDepth
{
    /// <summary>Most levels of a body, or of one event of a batch.</summary>
    public const int Max = 16;

    /// <summary>What is wrong with a value that lies deeper.</summary>
    public static readonly string Detail = $"lies too deep: objects and arrays may be nested at most {Max} deep";

    /// <summary>The place of the first object or array that lies too deep, as a JSON pointer; null when none does.</summary>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static string? FindTooDeep(ReadOnlySpan<byte> json)
    {
        // Without a limit of its own: the reader throws at its limit, and does not say where that is.
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = int.MaxValue });
        var names = new string?[Max + 1];
        var indices = new int[Max + 1];
        while (reader.Read())
        {
            // The depth at which the token stands: 0 for the body itself.
            var depth = reader.CurrentDepth;
            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                names[depth] = NameOf(ref reader);
            }
            else if (reader.TokenType is not (JsonTokenType.EndObject or JsonTokenType.EndArray))
            {
                indices[depth]++;
                if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
                {
                    if (depth >= Max)
                    {
                        return Pointer(names, indices, depth);
                    }

                    (names[depth + 1], indices[depth + 1]) = (null, -1);
                }
            }
        }

        return null;
    }

    // As it is meant, not as it is written: a pointer with JSON's escapes in it names nothing. What is no text can't be read so, and it may
    // come here before anybody has refused it for that.
    private static string? NameOf(ref Utf8JsonReader reader) => Utf8.IsValid(reader.ValueSpan) && JsonText.IsText(reader.ValueSpan)
        ? reader.GetString()
        : Encoding.UTF8.GetString(reader.ValueSpan);

    private static string Pointer(string?[] names, int[] indices, int depth)
    {
        var pointer = new StringBuilder();
        for (var level = 1; level <= depth; level++)
        {
            pointer.Append('/').Append(names[level] is { } name
                ? JsonFields.Escape(name)
                : indices[level].ToString(CultureInfo.InvariantCulture));
        }

        return pointer.ToString();
    }
}
