using Metering.Cli.Tests.Support;
using Metering.Client.Tests.Support;

namespace Metering.Cli.Tests.Usage;

/// <summary>How customers stand, as tables with bars and as JSON.</summary>
[Collection(MeterCollection.Name)]
public sealed class UsageCommandTests(Meter meter) : IDisposable
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
        Assert.Contains("In all 9 in 1 changes.\n", days.Output, StringComparison.Ordinal);
        Assert.Matches(@"ada +9 +█{20}\n", days.Output);
        Assert.Contains("over usage  deny", quota.Output, StringComparison.Ordinal);
        Assert.Equal((90, "bars"), (json.GetProperty("percent_used").GetInt32(), json.GetProperty("tenant_id").GetString()));
        (await _tool.RunAsync("quota", "bars", "none")).Failed(1);
        Assert.Equal("nobody has no licenses.\n", (await _tool.RunAsync("usage", "nobody")).Succeeded().Output);
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
        // The meter looks at all licenses again when the last look is some milliseconds old.
        for (var i = 0; i < 200 && !table.Output.Contains("top  ", StringComparison.Ordinal); i++)
        {
            table = (await _tool.RunAsync("top", "--rows", "1000")).Succeeded();
        }

        var json = (await _tool.RunAsync("top", "--once", "--json")).Succeeded().Json;
        var stream = await _tool.RunAsync(Stream.Null, output, new StringWriter(), ["top", "--json", "--every", "0.1"], stop.Token);

        Assert.Contains("over their limit: ", table.Output, StringComparison.Ordinal);
        Assert.Matches(@"top +calls +10 +10 +█{12} +100% ", table.Output);
        Assert.True(json.GetProperty("over_limit").GetProperty("count").GetInt32() > 0);
        Assert.Equal(130, stream.Exit);
        Assert.NotEmpty(stream.Lines);
        (await _tool.RunAsync("top", "--every", "0")).Failed(2, "--every");
    }

    public void Dispose() => _tool.Dispose();
}
