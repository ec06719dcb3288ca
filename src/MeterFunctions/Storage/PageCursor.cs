using System.Buffers.Text;
using System.Text;

namespace MeterFunctions.Storage;

/// <summary>Where a list goes on: after a row. Opaque to callers, and told apart by the list that it belongs to.</summary>
internal static class PageCursor
{
    private const int Longest = 2_000;

    public static string After(string list, string key) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{list}\n{key}"));

    /// <summary>The key after which a list goes on.</summary>
    /// <exception cref="FormatException">The cursor is not one of this list.</exception>
    public static string Read(string list, string cursor)
    {
        if (cursor.Length > Longest || !Base64Url.IsValid(cursor))
        {
            throw new FormatException("This is not a cursor.");
        }

        var text = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor));
        var end = text.IndexOf('\n', StringComparison.Ordinal);
        return end >= 0 && text.AsSpan(0, end).SequenceEqual(list) && text.AsSpan(end + 1).IndexOfAnyInRange('\0', '\u001f') < 0
            ? text[(end + 1)..]
            : throw new FormatException("This is not a cursor of this list.");
    }
}
