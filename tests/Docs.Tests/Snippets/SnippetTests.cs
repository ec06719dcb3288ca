using Docs.Tests.Pages;

namespace Docs.Tests.Snippets;

/// <summary>The C# that pages show is code that compiles.</summary>
public sealed class SnippetTests
{
    private const string Compiled = "tests/Docs.Tests/Snippets/ShownCode.cs";
    private static readonly string Code = Plain(File.ReadAllText(Path.Combine(Checkout.Root, Compiled)));

    /// <summary>But a whole file, which the tests of what it shows compile themselves.</summary>
    [Fact]
    public void The_code_of_every_page_is_compiled() => Checkout.AssertNone(
        from page in Checkout.Pages.Values
        from shown in page.Code("csharp")
        where !shown.Contains("namespace ", StringComparison.Ordinal) && !IsCompiled(shown)
        select $"{page.Path} shows what is not in {Compiled}; put it there, in a method of its own:\n{shown}\n");

    [Theory]
    [InlineData("using Metering.Client;\n\nvar app = builder.Build();", true)]
    [InlineData("var app = builder.Make();", false)]
    [InlineData("var app = builder.Build()", false)]
    public void Code_that_is_not_compiled_is_found(string shown, bool isCompiled) => Assert.Equal(isCompiled, IsCompiled(shown));

    private static bool IsCompiled(string shown)
    {
        var lines = Plain(shown).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var code = lines.SkipWhile(line => line.StartsWith("using ", StringComparison.Ordinal));
        return lines.Where(line => line.StartsWith("using ", StringComparison.Ordinal)).All(Code.Contains)
            && Code.Contains($"\n{string.Join('\n', code)}\n", StringComparison.Ordinal);
    }

    // Without indentation and empty lines.
    private static string Plain(string text) =>
        string.Join('\n', text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
}
