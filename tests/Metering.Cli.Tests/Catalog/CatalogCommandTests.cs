using Metering.Cli.Tests.Support;
using Metering.Client.Tests.Support;

namespace Metering.Cli.Tests.Catalog;

/// <summary>The catalog as a file.</summary>
[Collection(MeterCollection.Name)]
public sealed class CatalogCommandTests(Meter meter) : IDisposable
{
    private const string First = """
        {
          // People comment.
          "features": [{ "code": "pages", "name": "Pages", "unit": "page" }],
          "plans": [{ "id": "reader", "group": "paper", "includes": [{ "feature_code": "pages", "limit": 100, "reset": "month" }] }],
        }
        """;

    private readonly Tool _tool = new(meter);

    [Fact]
    public async Task A_file_is_compared_published_and_pulled()
    {
        var file = _tool.Write("catalog.json", First);
        var before = (await _tool.RunAsync("catalog", "diff", file)).Succeeded();
        var differs = await _tool.RunAsync("catalog", "diff", file, "--exit-code", "--json");
        var unasked = await _tool.RunAsync("catalog", "apply", file);
        var applied = (await _tool.RunAsync("catalog", "apply", file, "--yes")).Succeeded();
        var same = (await _tool.RunAsync("catalog", "diff", file, "--exit-code")).Succeeded();
        _tool.Write("catalog.json", First.Replace("100", "250", StringComparison.Ordinal).Replace("Pages", "Leaves", StringComparison.Ordinal));
        var changed = (await _tool.RunAsync("catalog", "diff", file)).Succeeded();
        var again = (await _tool.RunAsync("catalog", "apply", file, "--yes", "--json")).Succeeded();
        (await _tool.RunAsync("catalog", "pull", _tool.PathOf("pulled.json"))).Succeeded();
        var pulled = (await _tool.RunAsync("catalog", "diff", _tool.PathOf("pulled.json"), "--exit-code")).Succeeded();

        Assert.StartsWith("+ feature pages\n+ plan reader\n", before.Output, StringComparison.Ordinal);
        Assert.Contains("  feature calls is not in the file, and stays unchanged\n", before.Output, StringComparison.Ordinal);
        Assert.Equal((1, 2), (differs.Exit, differs.Json.GetProperty("created").GetArrayLength()));
        Assert.Equal(2, unasked.Exit);
        Assert.Contains("There is no terminal to ask on: add --yes", unasked.Error, StringComparison.Ordinal);
        Assert.EndsWith("Published: 2 new, 0 changed.\n", applied.Output, StringComparison.Ordinal);
        Assert.StartsWith("No differences: the meter has all of it.\n", same.Output, StringComparison.Ordinal);
        Assert.Contains("~ feature pages\n    name: Pages → Leaves\n", changed.Output, StringComparison.Ordinal);
        Assert.Contains("    pages limit: 100 → 250\n", changed.Output, StringComparison.Ordinal);
        Assert.Equal(2, again.Json.GetProperty("changed").GetArrayLength());
        Assert.Equal("No differences: the meter has all of it.\n", pulled.Output);
        Assert.DoesNotContain("published_at", File.ReadAllText(_tool.PathOf("pulled.json")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_wrong_with_a_file_is_said_with_its_place()
    {
        (await _tool.RunAsync("catalog", "diff", _tool.PathOf("none.json"))).Failed(5, "There is no file");
        (await _tool.RunAsync("catalog", "diff", _tool.Write("a.json", "{\n  \"features\": [}"))).Failed(2, "is not JSON: line 2, character 16");
        (await _tool.RunAsync("catalog", "diff", _tool.Write("b.json", """{"features":[{"cod":"x"}]}"""))).Failed(2, "/features/0", "code");
        (await _tool.RunAsync("""{"features":[{"code":"pages","kind":"odd"}]}""", ["catalog", "apply", "-", "--yes"])).Failed(2, "kind");
    }

    [Fact]
    public async Task Who_is_asked_may_say_no()
    {
        using var seen = new Tool(meter) { IsTerminal = true };
        var file = seen.Write("catalog.json", """{"features":[{"code":"never_there"}]}""");
        var no = await seen.RunAsync("n\n", ["catalog", "apply", file]);

        Assert.Equal(1, no.Exit);
        Assert.Contains($"Publish this at {meter.Address}? [y/N] ", no.Error, StringComparison.Ordinal);
        Assert.Contains("Nothing was changed.", no.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("never_there", (await _tool.RunAsync("catalog", "pull")).Output, StringComparison.Ordinal);
        Assert.Equal(0, (await seen.RunAsync("y\n", ["catalog", "apply", file])).Exit);
    }

    public void Dispose() => _tool.Dispose();
}
