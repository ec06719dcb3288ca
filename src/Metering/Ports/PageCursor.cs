using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Metering;

/// <summary>
/// Where a list goes on: after an item. It is opaque to callers, in letters that a URL carries as they are, and good only for the list that
/// gave it: another list would go on at a place that means nothing there, and answer as if all were well.
/// </summary>
public static class PageCursor
{
    // Far more than the longest key needs. What is longer is refused before it is decoded.
    private const int MaxLength = 2_000;

    // 32 bits of a hash: enough to find a cursor of another list that came by mistake, and no secret.
    private const int MarkLength = 8;

    /// <summary>A cursor after the item with a key.</summary>
    /// <param name="list">What tells the list from every other one.</param>
    /// <param name="key">The key by which the list is ordered.</param>
    public static string After(string list, string key) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(Mark(list) + key));

    /// <summary>A cursor after the item with a number.</summary>
    public static string After(string list, long number) => After(list, number.ToString(CultureInfo.InvariantCulture));

    /// <summary>The key after which a list goes on.</summary>
    /// <exception cref="FormatException">The cursor is not one of this list.</exception>
    public static string Read(string list, string cursor)
    {
        if (cursor.Length > MaxLength || !Base64Url.IsValid(cursor))
        {
            throw NotOf(list);
        }

        // Control characters are in no key, and some stores refuse them in a query.
        var text = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor));
        return text.StartsWith(Mark(list), StringComparison.Ordinal) && !text.Any(char.IsControl) ? text[MarkLength..] : throw NotOf(list);
    }

    /// <summary>The number after which a list goes on.</summary>
    /// <exception cref="FormatException">The cursor is not one of this list.</exception>
    public static long ReadNumber(string list, string cursor) =>
        // The largest number has none after it: a host that goes on at the next would overflow.
        long.TryParse(Read(list, cursor), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < long.MaxValue
            ? number
            : throw NotOf(list);

    private static string Mark(string list) => TextHash.Of(list)[..MarkLength];

    private static FormatException NotOf(string list) => new($"The cursor is not one that the list {list} gave.");
}
