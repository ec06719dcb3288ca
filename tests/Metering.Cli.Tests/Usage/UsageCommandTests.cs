using System.Diagnostics;
using System.Text.RegularExpressions;
using Metering.Cli.Tests.Support;
using Metering.Client.Tests.Support;

namespace Metering.Cli.Tests.Usage;

/// <summary>How customers stand, as tables with bars and as JSON.</summary>
[Collection(MeterCollection.Name)]
public sealed partial class UsageCommandTests(Meter meter) : IDisposable
{
    private readonly Tool _tool = new(meter);

    [Fact]
    public async Task A_customer_is_shown_with_bars()
    {
        var license = await meter.LicenseAsync("bars");
        await meter.SendAsync(HttpMethod.Post, "/api/v1/events", new[]
        {
            new { tenant_id = "bars", metric = "calls", quantity = 9, user_id = "ada", event_id = "bars-1" },
        });

        var stand = (await _tool.RunAsync("usage", "bars")).Succeeded();
        var one = (await _tool.RunAsync("usage", license.Id, "--json")).Succeeded();
        var days = (await _tool.RunAsync("usage", "bars", "calls", "--from", "1d", "--users")).Succeeded();
        var quota = (await _tool.RunAsync("quota", "bars", "calls")).Succeeded();
        var json = (await _tool.RunAsync("quota", "bars", "calls", "--json")).Succeeded().Json;

        Assert.Matches($@"^LICENSE +FEATURE +USED +ALLOWANCE +LEVEL +RESETS\n{license.Id} +calls +9 +10 +███████████░ +90% +normal +2\d", stand.Output);
        Assert.Equal(9, one.Json.GetProperty("features").EnumerateArray()
            .Single(feature => feature.GetProperty("feature_code").GetString() == "calls").GetProperty("used").GetInt32());
        Assert.Contains("Total: 9 in 1 change.\n", days.Output, StringComparison.Ordinal);
        Assert.Matches(@"ada +9 +█{20}\n", days.Output);
        Assert.Contains("over usage  deny", quota.Output, StringComparison.Ordinal);
        Assert.Equal((90, "bars"), (json.GetProperty("percent_used").GetInt32(), json.GetProperty("tenant_id").GetString()));
        (await _tool.RunAsync("quota", "bars", "none")).Failed(1);
        Assert.Equal("nobody has no licenses.\n", (await _tool.RunAsync("usage", "nobody")).Succeeded().Output);
    }

    [Fact]
    public async Task A_license_that_may_not_be_used_says_so_in_place_of_its_level()
    {
        var license = await meter.LicenseAsync("halted");
        await meter.SendAsync(HttpMethod.Post, $"/api/v1/licenses/{license.Id}/suspend", new { });

        var stand = (await _tool.RunAsync("usage", "halted")).Succeeded();
        var quota = (await _tool.RunAsync("quota", "halted", "calls")).Succeeded();

        Assert.Matches($@"{license.Id} +calls +0 +10 +░{{12}} +0% +license suspended +2\d", stand.Output);
        Assert.Contains(" license suspended ", quota.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Top_looks_once_where_nobody_watches_and_again_and_again_as_json()
    {
        await meter.LicenseAsync("top");
        await meter.SendAsync(
            HttpMethod.Post, "/api/v1/events", new[] { new { tenant_id = "top", metric = "calls", quantity = 10, event_id = "top-1" } });
        using var stop = new CancellationTokenSource();
        var output = new Noticing("\n", () => stop.Cancel());

        var table = (await _tool.RunAsync("top", "--rows", "1000")).Succeeded();
        // The meter looks at all licenses again when it has rested nine times as long as the last look took.
        for (var time = Stopwatch.StartNew(); !TopRow().IsMatch(table.Output) && time.Elapsed < TimeSpan.FromSeconds(30);)
        {
            table = (await _tool.RunAsync("top", "--rows", "1000")).Succeeded();
        }

        var json = (await _tool.RunAsync("top", "--once", "--json")).Succeeded().Json;
        var stream = await _tool.RunAsync(Stream.Null, output, new StringWriter(), ["top", "--json", "--every", "0.1"], stop.Token);

        Assert.Contains("over their limit: ", table.Output, StringComparison.Ordinal);
        Assert.Matches(TopRow(), table.Output);
        Assert.True(json.GetProperty("over_limit").GetProperty("count").GetInt32() > 0);
        Assert.Equal(130, stream.Exit);
        Assert.NotEmpty(stream.Lines);
        (await _tool.RunAsync("top", "--every", "0")).Failed(2, "--every");
    }

    [Fact]
    public async Task In_a_narrow_terminal_columns_are_left_out_and_no_row_is_broken()
    {
        var license = await meter.LicenseAsync("a-customer-with-a-long-name");
        using var narrow = new Tool(meter) { IsTerminal = true, Width = 80, ["NO_COLOR"] = "1" };
        foreach (var line in new[] { "usage a-customer-with-a-long-name", "license list", "top --once", $"ledger {license.Id}", "token list" })
        {
            var shown = Decoration().Replace((await narrow.RunAsync(line.Split(' '))).Succeeded().Output, "").Split('\n');
            Assert.All(shown.Where(row => !row.Contains("over their limit", StringComparison.Ordinal)), row => Assert.InRange(row.Length, 0, 80));
        }

        var usage = (await narrow.RunAsync("usage", "a-customer-with-a-long-name")).Output;
        Assert.Contains($"{license.Id}  calls", usage, StringComparison.Ordinal);
        Assert.DoesNotContain("RESETS", usage, StringComparison.Ordinal);
    }

    public void Dispose() => _tool.Dispose();

    [GeneratedRegex(@"top +calls +10 +10 +█{12} +100% ")]
    private static partial Regex TopRow();

    [GeneratedRegex(@"\e\[[0-9;]*m")]
    private static partial Regex Decoration();
}
