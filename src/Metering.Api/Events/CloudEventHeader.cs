using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Metering.Api;

/// <summary>
/// The attributes of a CloudEvent in its binary form, from the headers that carry them (HTTP binding, 3.1.3.2): first quotes are undone,
/// then one round of percent-encoding.
/// </summary>
/// <remarks>
/// The official .NET SDK decodes in the same way, but refuses what the official JavaScript SDK sends: values that were never encoded, in
/// which a percent sign or a quote stands for itself. So this reads them itself, and the tests hold it to the SDK's own encoding.
/// </remarks>
internal static class CloudEventHeader
{
    private const string Prefix = "ce-";
    // One that replaces what it can't read would make the same id of two different ones.
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>An attribute; null when there is no such header, or more than one.</summary>
    /// <exception cref="ProblemException">It is a quoted string that does not end, or has an escape that is not UTF-8.</exception>
    public static string? Read(HttpRequest request, string attribute)
    {
        var values = request.Headers[Prefix + attribute];
        return values.Count == 1 ? Decode(values[0]!, "/" + attribute) : null;
    }

    /// <summary>What a header's value says.</summary>
    /// <param name="value">The value.</param>
    /// <param name="pointer">The attribute, as a pointer.</param>
    public static string Decode(string value, string pointer) => UndoPercent(value.StartsWith('"') ? Unquote(value, pointer) : value)
        ?? throw new ProblemException(Problem.Field(pointer, "has a percent-encoded byte sequence that is not UTF-8"));

    /// <summary>
    /// A source as it stands in an event's id: the same for an event that came with escapes undone once more than needed, as it does in the
    /// binary form from a sender that does not encode, and for the same event in another form.
    /// </summary>
    public static string Canonical(string source)
    {
        // Escapes that are not UTF-8 stay as they are: an event in the structured form may have them, and must have the same id each time.
        var decoded = UndoPercent(source) ?? source;
        if (!decoded.Any(IsNoPartOfUri))
        {
            return decoded;
        }

        var canonical = new StringBuilder(decoded.Length + 8);
        foreach (var character in decoded)
        {
            if (IsNoPartOfUri(character))
            {
                // A source is a URI reference, which has no white space; and in an event's id a space ends it.
                canonical.Append(Uri.EscapeDataString(character.ToString()));
            }
            else
            {
                canonical.Append(character);
            }
        }

        return canonical.ToString();
    }

    private static bool IsNoPartOfUri(char character) => char.IsWhiteSpace(character) || char.IsControl(character);

    private static string Unquote(string value, string pointer)
    {
        var text = new StringBuilder(value.Length);
        for (var at = 1; at < value.Length; at++)
        {
            switch (value[at])
            {
                case '"' when at == value.Length - 1:
                    return text.ToString();
                case '"':
                    throw Unfinished(pointer);
                case '\\' when at + 1 < value.Length:
                    text.Append(value[++at]);
                    break;
                default:
                    text.Append(value[at]);
                    break;
            }
        }

        throw Unfinished(pointer);
    }

    private static ProblemException Unfinished(string pointer) =>
        new(Problem.Field(pointer, "begins with a quote, but is no quoted string"));

    // One round. A percent sign that no two hex digits follow stands for itself. Null: a sequence is not UTF-8.
    private static string? UndoPercent(string value)
    {
        if (!value.Contains('%', StringComparison.Ordinal))
        {
            return value;
        }

        var bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(value.Length));
        try
        {
            var length = 0;
            for (var at = 0; at < value.Length;)
            {
                if (value[at] == '%' && at + 2 < value.Length && char.IsAsciiHexDigit(value[at + 1]) && char.IsAsciiHexDigit(value[at + 2]))
                {
                    bytes[length++] = Convert.FromHexString(value.AsSpan(at + 1, 2))[0];
                    at += 3;
                }
                else
                {
                    var end = value.IndexOf('%', at + 1);
                    end = end < 0 ? value.Length : end;
                    length += Encoding.UTF8.GetBytes(value.AsSpan(at, end - at), bytes.AsSpan(length));
                    at = end;
                }
            }

            return Strict.GetString(bytes, 0, length);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }
}
