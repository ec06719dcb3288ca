using Metering.Cli.Runs;
using Metering.Cli.Tests.Support;
using Metering.Client;
using Metering.Client.Tests.Support;

namespace Metering.Cli.Tests.Runs;

/// <summary>What holds for every command.</summary>
[Collection(MeterCollection.Name)]
public sealed class ToolTests(Meter meter) : IDisposable
{
    private readonly Tool _tool = new(meter);

    [Theory]
    [InlineData("licence list", "Unrecognized command or argument 'licence'", "'meter --help'")]
    [InlineData("license list --tenannt a", "'--tenannt'", "'meter license list --help'")]
    [InlineData("license create", "--tenant", "'meter license create --help'")]
    [InlineData("grant add lic_1 calls many", "'many'", "'meter grant add --help'")]
    [InlineData("ledger lic_1 --from someday", "'someday'", "must be a day")]
    [InlineData("export make sales --from 1d --to 1h", "'sales'", "See")]
    [InlineData("ledger lic_1 --limit 0", "--limit must be 1 or more", "")]
    public async Task What_is_typed_wrong_is_said_in_one_line(string line, params string[] words)
    {
        var ran = await _tool.RunAsync(line.Split(' '));
        ran.Failed(2, words);
        Assert.Single(ran.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task A_meter_that_is_away_and_a_token_that_may_not_are_told_apart()
    {
        using var stranger = new Tool { ["METERING_URL"] = meter.Address.ToString(), ["METERING_TOKEN"] = "nobody" };
        (await stranger.RunAsync("license", "list", "--json")).Failed(4, "does not know the token", "meter login");
        var made = (await _tool.RunAsync("token", "create", "--name", "reader", "--scopes", "read", "--json")).Succeeded();
        stranger["METERING_TOKEN"] = made.Json.GetProperty("token").GetString()!;
        (await stranger.RunAsync("license", "list", "--tenant", "none")).Succeeded();
        (await stranger.RunAsync("license", "create", "--tenant", "none")).Failed(4, "scope");
        (await _tool.RunAsync("license", "show", "lic_none")).Failed(1, "no");
        (await _tool.RunAsync("clock", "show")).Failed(1);
    }

    [Fact]
    public void What_is_no_meter_is_not_to_be_tried_again_but_looked_at()
    {
        var page = new MeteringUnavailableException("A page. Is the address right?") { Status = 404 };
        var busy = new MeteringUnavailableException("It is busy.") { Status = 429 };

        Assert.Equal((ExitCode.Unreachable, "A page. Is the address right?"), Faults.Explain(page, "http://meter/"));
        Assert.Equal((ExitCode.Unreachable, "It is busy. Try again in a while."), Faults.Explain(busy, "http://meter/"));
    }

    [Fact]
    public async Task Tokens_are_made_listed_and_revoked()
    {
        var made = (await _tool.RunAsync("token", "create", "--name", "feeder", "--scopes", "ingest", "read")).Succeeded();
        var listed = (await _tool.RunAsync("token", "list", "--json")).Succeeded().Lines
            .Single(token => token.GetProperty("name").GetString() == "feeder");
        var id = listed.GetProperty("id").GetString()!;

        Assert.StartsWith("mt_", made.Output, StringComparison.Ordinal);
        Assert.Single(made.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        (await _tool.RunAsync("token", "revoke", id)).Failed(2, "--yes");
        Assert.Equal($"Revoked {id}.\n", (await _tool.RunAsync("token", "revoke", id, "--yes")).Succeeded().Output);
    }

    [Fact]
    public async Task Colours_are_for_terminals_that_want_them()
    {
        using var seen = new Tool(meter) { IsTerminal = true, Width = 80 };
        Assert.DoesNotContain("\e[", (await _tool.RunAsync("doctor")).Output, StringComparison.Ordinal);
        seen["NO_COLOR"] = "1";
        Assert.DoesNotContain("\e[3", (await seen.RunAsync("doctor")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_half_typed_is_completed_by_the_tool_itself()
    {
        var commands = (await _tool.RunAsync("[suggest:3]", "lic")).Succeeded();
        var inner = (await _tool.RunAsync("[suggest:8]", "license ")).Succeeded();
        Assert.Equal("license\n", commands.Output);
        Assert.Contains("suspend\n", inner.Output, StringComparison.Ordinal);
        foreach (var (shell, word) in new[] { ("bash", "complete "), ("zsh", "#compdef meter"), ("pwsh", "Register-ArgumentCompleter") })
        {
            var script = (await _tool.RunAsync("completion", shell)).Succeeded().Output;
            Assert.Contains(word, script, StringComparison.Ordinal);
            Assert.Contains("[suggest:", script, StringComparison.Ordinal);
        }

        (await _tool.RunAsync("completion", "tcsh")).Failed(2, "'tcsh'");
    }

    [Fact]
    public async Task Every_command_has_a_help_that_names_what_it_takes()
    {
        var help = (await _tool.RunAsync("--help")).Succeeded().Output;
        foreach (var command in new[] { "login", "catalog", "license", "events", "doctor", "verify-export", "webhook" })
        {
            Assert.Contains($"  {command} ", help, StringComparison.Ordinal);
        }

        Assert.Contains("Exits with 1", (await _tool.RunAsync("verify", "--help")).Succeeded().Output, StringComparison.Ordinal);
    }

    public void Dispose() => _tool.Dispose();
}
