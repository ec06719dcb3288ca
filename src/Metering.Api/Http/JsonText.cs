using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;

namespace Metering.Api;

/// <summary>
/// Finds text in JSON that is no text: an escape such as <c>\ud800</c>, half of a surrogate pair without the other half. It is valid JSON,
/// but nobody can write it again, and whoever reads it as a string fails. So it is refused before anybody does.
/// </summary>
internal static class JsonText
{
    public const string Detail = "must be valid Unicode text: half of a surrogate pair stands alone";

    /// <summary>
    /// The place of the first string or name that is no text, as a JSON pointer; null when there is none, or the JSON is none.
    /// </summary>
    public static string? FindFault(ReadOnlySpan<byte> json)
    {
        // Most bodies have no such escape, and are not read a second time.
        return MayHaveSurrogates(json) ? Find(json) : null;
    }

    /// <summary>Whether no escaped half stands alone in a string or a name of valid JSON.</summary>
    /// <param name="text">What lies between the quotes, with its escapes.</param>
    public static bool IsText(ReadOnlySpan<byte> text)
    {
        var waitsForLow = false;
        for (var at = 0; at < text.Length;)
        {
            if (text[at] != '\\')
            {
                if (waitsForLow)
                {
                    return false;
                }

                at++;
                continue;
            }

            // The reader has been over it: after a backslash there is always what belongs to it.
            var unit = text[at + 1] == 'u' && Utf8Parser.TryParse(text.Slice(at + 2, 4), out ushort value, out _, 'X') ? (char)value : '\0';
            if (char.IsLowSurrogate(unit) != waitsForLow)
            {
                return false;
            }

            waitsForLow = char.IsHighSurrogate(unit);
            at += text[at + 1] == 'u' ? 6 : 2;
        }

        return !waitsForLow;
    }

    private static bool MayHaveSurrogates(ReadOnlySpan<byte> json)
    {
        for (var rest = json; rest.IndexOf("\\u"u8) is >= 0 and var at; rest = rest[(at + 2)..])
        {
            // All surrogates are written \ud800 to \udfff; so most escapes need no second look.
            if (rest.Length > at + 2 && rest[at + 2] is (byte)'d' or (byte)'D')
            {
                return true;
            }
        }

        return false;
    }

    private static string? Find(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        var place = new Stack<Step>();
        try
        {
            while (reader.Read())
            {
                switch (reader.TokenType)
                {
                    case JsonTokenType.StartObject or JsonTokenType.StartArray:
                        Next(place);
                        place.Push(new Step { IsArray = reader.TokenType == JsonTokenType.StartArray });
                        break;
                    case JsonTokenType.EndObject or JsonTokenType.EndArray:
                        place.Pop();
                        break;
                    case JsonTokenType.PropertyName:
                        if (!IsText(reader.ValueSpan))
                        {
                            return Pointer(place, ownName: false);
                        }

                        place.Peek().Name = reader.GetString()!;
                        break;
                    default:
                        Next(place);
                        if (reader.TokenType == JsonTokenType.String && !IsText(reader.ValueSpan))
                        {
                            return Pointer(place, ownName: true);
                        }

                        break;
                }
            }
        }
        catch (JsonException)
        {
            // No JSON: whoever reads it says so.
        }

        return null;
    }

    private static void Next(Stack<Step> place)
    {
        if (place.TryPeek(out var step))
        {
            step.Index++;
        }
    }

    // A name that is no text can't be a part of a pointer; the object that has it is.
    private static string Pointer(Stack<Step> place, bool ownName)
    {
        var steps = place.Reverse().Take(ownName ? place.Count : place.Count - 1);
        return string.Concat(
            steps.Select(step => "/" + (step.IsArray ? step.Index.ToString(CultureInfo.InvariantCulture) : JsonFields.Escape(step.Name))));
    }

    private sealed class Step
    {
        public bool IsArray { get; init; }

        public string Name { get; set; } = "";

        public int Index { get; set; } = -1;
    }
}
