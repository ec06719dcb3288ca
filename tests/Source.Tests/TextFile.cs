using System.Text.RegularExpressions;

namespace Source.Tests;

/// <summary>A file and its lines.</summary>
/// <param name="Path">From the checkout's root, with slashes.</param>
/// <param name="Lines">Its lines.</param>
internal sealed partial record TextFile(string Path, IReadOnlyList<string> Lines)
{
    /// <summary>Its name without folder and ending.</summary>
    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    /// <summary>The folders that it lies in.</summary>
    public IEnumerable<string> Folders => Path.Split('/').SkipLast(1);

    /// <summary>The types that it declares outside of any other, with their modifiers. A type begins at the left margin.</summary>
    public IEnumerable<(string Modifiers, string Name)> Types() =>
        Lines.Select(line => Declaration().Match(line)).Where(match => match.Success)
            .Select(match => (match.Groups["modifiers"].Value, match.Groups["name"].Value));

    /// <summary>A line as a place that an editor opens.</summary>
    public string At(int index) => $"{Path}:{index + 1}";

    [GeneratedRegex(
        @"^(?<modifiers>((public|internal|file|sealed|static|abstract|partial|readonly|ref|unsafe) )*)"
        + @"(class|record struct|record class|record|struct|interface|enum|delegate [\w<>,?]+) (?<name>\w+)")]
    private static partial Regex Declaration();
}
