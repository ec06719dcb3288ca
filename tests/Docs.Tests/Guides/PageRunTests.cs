using Docs.Tests.Pages;

namespace Docs.Tests.Guides;

/// <summary>Every command that the README and the documentation show runs as it is printed, and shows what they say.</summary>
/// <param name="servers">What starts a page's server.</param>
public sealed class PageRunTests(PageServers servers) : IClassFixture<PageServers>
{
    /// <summary>The pages with blocks marked <c>bash</c>. What cannot run here (Azure, Docker, a build) is marked <c>sh</c>.</summary>
    public static TheoryData<string> Runnable => new(
        Pages(isDemo: false).Select(page => page.Path));

    [Theory]
    [MemberData(nameof(Runnable))]
    public async Task A_page_runs_as_typed(string path) =>
        Checkout.AssertNone(await new PageRun([Checkout.Pages[path]], servers).FaultsAsync());

    /// <summary>They start the same server. Its data takes a second or two to make, so one has to do for all of them.</summary>
    [Fact]
    public async Task The_pages_that_use_demo_data_run_as_typed() =>
        Checkout.AssertNone(await new PageRun(Pages(isDemo: true), servers).FaultsAsync());

    [Fact]
    public async Task A_page_that_says_something_else_is_found()
    {
        var page = new Page("planted.md", """
            ```bash
            METERING_BOOTSTRAP_TOKEN=a-token-for-trying-it-out dotnet run --project src/Metering.Server -- --data /tmp/meter --test-clock
            echo 1
            # 2
            curl -s http://127.0.0.1:8080/health/live
            # {"status":"…"}
            curl -s http://127.0.0.1:8080/api/v1/catalog
            false
            echo 4
            ```
            """);

        var faults = await new PageRun([page], servers).FaultsAsync();

        Assert.Collection(
            faults,
            fault => Assert.Contains("echo 1\ndid not show", fault, StringComparison.Ordinal),
            fault => Assert.Contains("was answered with a problem", fault, StringComparison.Ordinal));
    }

    private static IEnumerable<Page> Pages(bool isDemo) => Checkout.Pages.Values
        .Where(page => page.Path == "README.md" || page.Path.StartsWith("docs/", StringComparison.Ordinal))
        .Where(page => page.Code("bash").Any())
        .Where(page => page.Code("bash").Any(block => block.Contains("--demo", StringComparison.Ordinal)) == isDemo)
        .OrderBy(page => page.Path, StringComparer.Ordinal);
}
