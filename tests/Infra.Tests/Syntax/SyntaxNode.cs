using System.Text.RegularExpressions;

namespace Infra.Tests.Syntax;

/// <summary>A node of the syntax tree, as the parser prints it.</summary>
/// <param name="Kind">The grammar's name of the node.</param>
/// <param name="Named">Whether it is more than punctuation or a keyword.</param>
/// <param name="Field">The role it plays in its parent, if the grammar names it.</param>
/// <param name="Text">Its source text.</param>
/// <param name="Line">The line it begins on, from 1.</param>
/// <param name="Children">What it consists of.</param>
public sealed partial record SyntaxNode(
    string Kind, bool Named, string? Field, string Text, int Line, IReadOnlyList<SyntaxNode> Children)
{
    public IEnumerable<SyntaxNode> Parts => Children.Where(child => child.Named && child.Kind != "comment");

    /// <summary>This node and all beneath it.</summary>
    public IEnumerable<SyntaxNode> All() => Children.SelectMany(child => child.All()).Prepend(this);

    /// <summary>The text of a string, with <c>*</c> for what is interpolated; null for another node.</summary>
    public string? StringPattern()
    {
        if (Kind != "string")
        {
            return null;
        }

        return string.Concat(Children.Select(child => child.Kind switch
        {
            "string_content" => child.Text,
            "interpolation" => "*",
            "escape_sequence" => Regex.Unescape(child.Text),
            _ => "",
        }));
    }

    /// <summary>The text of a string without interpolation; null for another node.</summary>
    public string? StringLiteral() => Children.Any(child => child.Kind == "interpolation") ? null : StringPattern();

    /// <summary>The properties of an object.</summary>
    public IEnumerable<(string Key, SyntaxNode Value)> Properties()
    {
        foreach (SyntaxNode property in Children.Where(child => child.Kind == "object_property"))
        {
            SyntaxNode[] parts = [.. property.Parts];
            yield return (parts[0].StringPattern() ?? parts[0].Text, parts[^1]);
        }
    }

    public SyntaxNode? Property(string key) => Properties().Where(property => property.Key == key).Select(property => property.Value).FirstOrDefault();

    /// <summary>The source text with every run of white space as one space.</summary>
    public string Flat() => WhiteSpace().Replace(Text, " ");

    [GeneratedRegex(@"\s+")]
    private static partial Regex WhiteSpace();
}
