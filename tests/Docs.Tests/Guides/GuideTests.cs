using Docs.Tests.Pages;

namespace Docs.Tests.Guides;

/// <summary>What a guide is.</summary>
public sealed class GuideTests
{
    // One has nothing to type, the other needs a subscription.
    private static readonly string[] NotRun = ["docs/guides/concepts.md", "docs/guides/production-on-azure.md"];

    private static IEnumerable<Page> Guides =>
        Checkout.Pages.Values.Where(page => page.Path.StartsWith("docs/guides/", StringComparison.Ordinal));

    [Fact]
    public void A_guide_begins_with_what_its_reader_has_at_the_end() => Checkout.AssertNone(
        Guides.Where(page => !page.Text.Split("\n\n")[1].StartsWith("By the end, ", StringComparison.Ordinal)).Select(page => page.Path));

    [Fact]
    public void A_guide_has_commands_that_run() => Assert.Equal(
        NotRun, Guides.Where(page => !page.Code("bash").Any()).Select(page => page.Path).Order(StringComparer.Ordinal));
}
