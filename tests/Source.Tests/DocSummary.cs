using System.Text.RegularExpressions;

namespace Source.Tests;

/// <summary>The summary of a type or a member, with the names that a reader sees beside it.</summary>
/// <param name="Line">Where it begins, from zero.</param>
/// <param name="Text">What it says, on one line; a reference is the name that it refers to.</param>
/// <param name="Name">The name that it stands above.</param>
/// <param name="Type">The type around that name; empty for a type that lies in no other.</param>
internal sealed partial record DocSummary(int Line, string Text, string Name, string Type)
{
    // Words that say nothing by themselves, "gets or sets" among them.
    private static readonly HashSet<string> Small = new(StringComparer.Ordinal)
    {
        "a", "an", "the", "this", "that", "these", "those", "its", "it", "their", "of", "for", "to", "in", "into", "on", "at", "from",
        "with", "by", "as", "and", "or", "is", "are", "be", "was", "which", "get", "gets", "set", "sets", "return", "returns", "represents", "s",
    };

    /// <summary>Whether nothing is said that the names don't say: each word of it occurs in them, or is a small one.</summary>
    public bool IsEcho
    {
        get
        {
            var known = Words($"{Split(Name)} {Split(Type)}").ToHashSet(StringComparer.Ordinal);
            return Words(Text).All(known.Contains);
        }
    }

    /// <summary>The summaries of a file, in order.</summary>
    public static IEnumerable<DocSummary> In(TextFile file)
    {
        var types = new Stack<(int Indent, string Name)>();
        var (start, text) = (-1, "");
        for (var i = 0; i < file.Lines.Count; i++)
        {
            var line = file.Lines[i].Trim();
            if (line.StartsWith("///", StringComparison.Ordinal))
            {
                (start, text) = (start < 0 ? i : start, text + line[3..]);
                continue;
            }

            if (line.Length == 0 || line[0] is '[' or '#' or '{' or '}' || line.StartsWith("//", StringComparison.Ordinal))
            {
                continue;
            }

            var indent = file.Lines[i].Length - file.Lines[i].TrimStart().Length;
            while (types.TryPeek(out var outer) && outer.Indent >= indent)
            {
                types.Pop();
            }

            var type = TypeName().Match(line);
            var name = type.Success ? type.Groups["name"].Value : MemberName(line);
            var summary = Summary().Match(text);
            if (start >= 0 && summary.Success && name.Length > 0)
            {
                yield return new(start, Plain(summary.Groups["text"].Value), name, types.TryPeek(out var around) ? around.Name : "");
            }

            if (type.Success)
            {
                types.Push((indent, name));
            }

            (start, text) = (-1, "");
        }
    }

    // The last name before the first parenthesis, brace, assignment or end; type arguments and a tuple that is returned go before.
    private static string MemberName(string line)
    {
        for (var before = ""; before != line;)
        {
            (before, line) = (line, TypeArguments().Replace(line, ""));
        }

        return Member().Match(Tuple().Replace(line, " ")).Groups["name"].Value;
    }

    private static string Plain(string text) =>
        Blanks().Replace(Tag().Replace(Reference().Replace(text, match => Split(match.Groups["name"].Value)), " "), " ").Trim();

    private static string Split(string name) => Part().Replace(name, " $0");

    private static IEnumerable<string> Words(string text) => text.ToLowerInvariant()
        .Split([' ', '.', ',', ';', ':', '(', ')', '\'', '’', '-', '_'], StringSplitOptions.RemoveEmptyEntries)
        .Where(word => !Small.Contains(word)).Select(Stem);

    // Without the endings by which a sentence's words differ from those of a name.
    private static string Stem(string word) => word.Length <= 3 ? word : Ending().Replace(word, match => match.Value == "ies" ? "y" : "");

    [GeneratedRegex(@"<summary>(?<text>.*?)</summary>")]
    private static partial Regex Summary();

    [GeneratedRegex(@"^([a-z]+ )*(class|record struct|record class|record|struct|interface|enum|delegate [\w<>,?]+) (?<name>[A-Z]\w*)")]
    private static partial Regex TypeName();

    [GeneratedRegex(@"^[^(={;,]*?(?<name>\b[A-Z]\w*)\s*(\(|\{|=|;|,|:|$)")]
    private static partial Regex Member();

    [GeneratedRegex("<[^<>]*>")]
    private static partial Regex TypeArguments();

    [GeneratedRegex(@"(?<=^([a-z]+ )*)\([^()]*\)\??(?= )")]
    private static partial Regex Tuple();

    [GeneratedRegex(@"<(see|seealso|paramref|typeparamref) \w+=""([\w{},]+[.(])*(?<name>\w+)[^""]*""\s*/>")]
    private static partial Regex Reference();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tag();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();

    [GeneratedRegex("[A-Z][a-z0-9]*")]
    private static partial Regex Part();

    [GeneratedRegex("(ies|ing|ed|es|s|e)$")]
    private static partial Regex Ending();
}
