using Markdig;
using Markdig.Extensions.AutoIdentifiers;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Docs.Tests.Pages;

/// <summary>A page of Markdown.</summary>
/// <param name="Path">From the root, with slashes.</param>
/// <param name="Text">All of it.</param>
internal sealed record Page(string Path, string Text)
{
    // Headings get the anchors that GitHub gives them.
    private static readonly MarkdownPipeline Form =
        new MarkdownPipelineBuilder().UsePipeTables().UseAutoIdentifiers(AutoIdentifierOptions.GitHub).Build();

    private readonly MarkdownDocument _document = Markdown.Parse(Text, Form);

    /// <summary>What its links and pictures point at.</summary>
    public IEnumerable<string> Links =>
        [
            .. _document.Descendants<LinkInline>().Select(link => link.Url ?? ""),
            .. _document.Descendants<AutolinkInline>().Select(link => link.Url),
        ];

    /// <summary>The anchors of its headings, without the <c>#</c>.</summary>
    public IEnumerable<string> Anchors => _document.Descendants<HeadingBlock>().Select(heading => heading.GetAttributes().Id ?? "");

    /// <summary>Its blocks of code in a language, in order.</summary>
    public IEnumerable<string> Code(string language) => _document.Descendants<FencedCodeBlock>()
        .Where(block => block.Info == language).Select(block => block.Lines.ToString());
}
