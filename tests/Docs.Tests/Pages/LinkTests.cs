using System.Text.RegularExpressions;

namespace Docs.Tests.Pages;

/// <summary>What a reader follows leads somewhere. Nothing is asked over the network.</summary>
public sealed partial class LinkTests
{
    [Fact]
    public void A_link_within_the_repository_leads_to_a_file_and_to_a_heading() => Checkout.AssertNone(
        from page in Checkout.Pages.Values
        from link in page.Links
        where !IsAbsolute(link)
        let fault = Fault(page, link)
        where fault is not null
        select $"{page.Path}: {link} {fault}");

    [Fact]
    public void A_link_to_elsewhere_is_a_whole_address() => Checkout.AssertNone(
        from page in Checkout.Pages.Values
        from link in page.Links
        where IsAbsolute(link)
        where !(Uri.TryCreate(link, UriKind.Absolute, out var address) && address.IsWellFormedOriginalString()
            && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeMailto || address.IsLoopback))
        select $"{page.Path}: {link}");

    [Fact]
    public void The_index_leads_to_every_page_of_the_documentation()
    {
        var index = Checkout.Pages["docs/README.md"].Links.Select(link => Target("docs/README.md", link.Split('#')[0])).ToHashSet();

        Checkout.AssertNone(
            Checkout.Pages.Keys.Where(path => path.StartsWith("docs/", StringComparison.Ordinal) && path != "docs/README.md")
                .Where(path => !index.Contains(path)));
    }

    /// <summary>The code, the templates and the scripts name pages too: in errors, in comments, in descriptions.</summary>
    [Fact]
    public void A_page_that_is_named_in_code_is_there() => Checkout.AssertNone(
        from pattern in new[] { "*.cs", "*.csproj", "*.bicep", "*.bicepparam", "*.yml", "*.yaml", "*.json", "*.service", "Dockerfile" }
        from path in Checkout.Files(pattern)
        where !path.StartsWith("tests/Docs.Tests/", StringComparison.Ordinal)
        from Match match in NamedPage().Matches(File.ReadAllText(Path.Combine(Checkout.Root, path)))
        let named = match.Value
        where !Checkout.Has(named)
        select $"{path}: {named}");

    [Theory]
    [InlineData("docs/a.md", "b.md", "docs/b.md")]
    [InlineData("docs/a.md", "../README.md", "README.md")]
    [InlineData("docs/guides/a.md", "../../infra/./README.md", "infra/README.md")]
    [InlineData("README.md", "docs/", "docs")]
    [InlineData("README.md", "../other/README.md", null)]
    public void A_link_is_seen_from_its_page(string page, string link, string? target) => Assert.Equal(target, Target(page, link));

    [Theory]
    [InlineData("[a](gone.md)", "leads to nothing")]
    [InlineData("[a](../README.md#no-such-heading)", "leads to no heading")]
    [InlineData("[a](../readme.md)", "leads to nothing")]
    [InlineData("[a](#a-heading-of-mine)", null)]
    [InlineData("[a][b]\n\n[b]: ../SECURITY.md", null)]
    public void A_link_that_leads_nowhere_is_found(string text, string? fault)
    {
        var page = new Page("docs/planted.md", $"# A heading, of `mine`\n\n{text}\n");

        Assert.Equal(fault, Fault(page, Assert.Single(page.Links)));
    }

    private static bool IsAbsolute(string link) => link.Contains(':', StringComparison.Ordinal);

    private static string? Fault(Page page, string link)
    {
        var parts = link.Split('#', 2);
        var target = parts[0].Length == 0 ? page.Path : Target(page.Path, Uri.UnescapeDataString(parts[0]));
        if (target is null || (target != page.Path && !Checkout.Has(target)))
        {
            return "leads to nothing";
        }

        if (parts.Length == 1)
        {
            return null;
        }

        var to = target == page.Path ? page : Checkout.Pages.GetValueOrDefault(target);
        return to?.Anchors.Contains(parts[1]) == true ? null : "leads to no heading";
    }

    // Null where it leaves the repository.
    private static string? Target(string page, string link)
    {
        var at = new List<string>(page.Split('/')[..^1]);
        foreach (var part in link.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != "."))
        {
            if (part != "..")
            {
                at.Add(part);
            }
            else if (at.Count > 0)
            {
                at.RemoveAt(at.Count - 1);
            }
            else
            {
                return null;
            }
        }

        return string.Join('/', at);
    }

    [GeneratedRegex(@"(?<![\w/.-])(docs|infra|deploy)/[\w/.-]*\.(md|json)\b")]
    private static partial Regex NamedPage();
}
