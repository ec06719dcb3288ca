using System.Text.RegularExpressions;

namespace Source.Tests;

/// <summary>What a screen and a head can hold.</summary>
public sealed partial class SizeTests
{
    private const int MaxLines = 300;
    private const int MaxLength = 140;

    [Fact]
    public void No_file_of_code_is_longer_than_the_limit() => Checkout.AssertNone(
        from file in Checkout.Sources
        where file.Lines.Count > MaxLines
        select $"{file.Path} has {file.Lines.Count} lines");

    // A text is data: cut in pieces it reads worse and can't be searched for.
    [Fact]
    public void No_line_of_code_is_longer_than_the_limit() => Checkout.AssertNone(
        from file in Checkout.Sources
        from line in Code(file)
        where TextLiteral().Replace(line.Text, "").Length > MaxLength
        select $"{file.Path}({line.Number}) has {line.Text.Length} characters");

    private static IEnumerable<(int Number, string Text)> Code(TextFile file)
    {
        var isText = false;
        for (var i = 0; i < file.Lines.Count; i++)
        {
            var line = file.Lines[i];
            var marks = line.Split("\"\"\"").Length - 1;
            if (!isText && marks == 0)
            {
                yield return (i + 1, line);
            }

            isText ^= marks % 2 == 1;
        }
    }

    [GeneratedRegex(@"""(?:[^""\\]|\\.)*""")]
    private static partial Regex TextLiteral();
}
