using Azure.Data.Tables;

namespace MeterFunctions.Storage;

/// <summary>A text in a row, in as many columns as it takes: a column holds 32 Ki characters.</summary>
internal static class LongText
{
    /// <summary>Longest text that a row takes, in characters: a row holds 1 MiB, and a character takes two bytes.</summary>
    public const int Longest = 15 * Column;

    private const int Column = 32 * 1024;

    public static void Set(TableEntity row, string name, string text)
    {
        if (text.Length > Longest)
        {
            throw new ArgumentException($"A row takes no text of {text.Length} characters in {name}.", nameof(text));
        }

        // Rows are replaced whole, never merged, so nothing is left behind this text of a longer one that was there before.
        row[name] = text.Length <= Column ? text : text[..Column];
        for (var at = Column; at < text.Length; at += Column)
        {
            row[name + (at / Column)] = text[at..Math.Min(text.Length, at + Column)];
        }
    }

    public static string? Get(TableEntity row, string name)
    {
        if (row.GetString(name) is not { } first || !row.ContainsKey(name + "1"))
        {
            return row.GetString(name);
        }

        var text = new System.Text.StringBuilder(first);
        for (var i = 1; row.GetString(name + i) is { } next; i++)
        {
            text.Append(next);
        }

        return text.ToString();
    }
}
