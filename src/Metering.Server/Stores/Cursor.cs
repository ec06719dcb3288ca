using System.Buffers.Text;
using System.Text;

namespace Metering.Server.Stores;

/// <summary>Cursors of lists: the last item's key, in letters that a URL carries as they are.</summary>
internal static class Cursor
{
    private const int Longest = 512;

    internal static string Of(string key) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(key));

    /// <exception cref="FormatException">The cursor is not one that <see cref="Of(string)"/> made.</exception>
    internal static string Read(string cursor)
    {
        if (cursor.Length > Longest || !Base64Url.IsValid(cursor))
        {
            throw new FormatException("The cursor is not one that this list gave.");
        }

        return Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor));
    }

    /// <exception cref="FormatException">The cursor is not one that was made of a number.</exception>
    internal static long ReadNumber(string cursor) =>
        long.TryParse(Read(cursor), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new FormatException("The cursor is not one that this list gave.");

    internal static string Of(long number) => Of(number.ToString(System.Globalization.CultureInfo.InvariantCulture));
}
