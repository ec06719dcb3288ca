using System.Text.Json;
using Metering.Cli.Evidence;
using Metering.Cli.Tests.Support;
using Metering.Client;
using Metering.Client.Admin;
using Metering.Client.Tests.Support;

namespace Metering.Cli.Tests.Evidence;

/// <summary>The ledger read, followed and walked.</summary>
[Collection(MeterCollection.Name)]
public sealed class LedgerCommandTests(Meter meter) : IDisposable
{
    private readonly Tool _tool = new(meter);

    [Fact]
    public async Task Entries_are_listed_with_who_and_why()
    {
        var license = await meter.LicenseAsync("listed");
        await UseAsync(license.Id, 3, "ada");
        await _tool.RunAsync("grant", "add", license.Id, "calls", "5", "--reason", "sorry");

        var list = (await _tool.RunAsync("ledger", license.Id)).Succeeded();
        var json = (await _tool.RunAsync("ledger", license.Id, "--feature", "calls", "-n", "1", "--json")).Succeeded();

        var lines = list.Output.Split('\n');
        Assert.StartsWith("  ENTRY  TIME (UTC)           KIND               FEATURE                 AMOUNT         AFTER  BY", lines[0], StringComparison.Ordinal);
        Assert.Matches(@"^      2  \d{4}-\d\d-\d\d \d\d:\d\d:\d\d  recorded           calls                        3             3  ada$", lines[2]);
        Assert.EndsWith("sorry", lines[3], StringComparison.Ordinal);
        Assert.Equal("recorded", Assert.Single(json.Lines).GetProperty("kind").GetString());
        (await _tool.RunAsync("ledger", "lic_none", "-f")).Failed(1, "lic_none");
    }

    [Fact]
    public async Task A_ledger_that_is_followed_shows_what_is_new_until_it_is_stopped()
    {
        var license = await meter.LicenseAsync("followed");
        await UseAsync(license.Id, 1, "before");
        using var stop = new CancellationTokenSource();
        var output = new Noticing("later-on", () => stop.Cancel());

        var following = _tool.RunAsync(
            Stream.Null, output, new StringWriter(), ["ledger", license.Id, "--follow", "--from", "2000-01-01", "--json"], stop.Token);
        await UseAsync(license.Id, 2, "later-on");
        var ran = await following;

        Assert.Equal(130, ran.Exit);
        Assert.Equal(["before", "later-on"], ran.Lines.Select(entry => entry.GetProperty("user_id").GetString()).OfType<string>());
        Assert.Equal("Stopped.\n", ran.Error);
    }

    [Fact]
    public async Task A_license_agrees_with_its_ledger()
    {
        var license = await meter.LicenseAsync("agrees");
        await UseAsync(license.Id, 4, "ada");
        await _tool.RunAsync("grant", "add", license.Id, "calls", "5");
        await _tool.RunAsync("balance", "open", license.Id, "USD", "5");
        await _tool.RunAsync("reset", license.Id, "--feature", "calls", "--yes");
        await UseAsync(license.Id, 2, "ada");

        var one = (await _tool.RunAsync("verify", license.Id)).Succeeded();
        var all = (await _tool.RunAsync("verify", "--tenant", "agrees", "--json")).Succeeded();

        Assert.Equal("1 license with 6 entries: everything agrees.\n", one.Output);
        Assert.Contains("dotnet Metering.Server.dll verify", one.Error, StringComparison.Ordinal);
        Assert.Equal(0, Assert.Single(all.Lines).GetProperty("differences").GetArrayLength());
    }

    [Fact]
    public void A_gap_a_jump_and_a_count_that_is_not_in_the_ledger_are_found()
    {
        var period = new UsagePeriod(DateTimeOffset.UnixEpoch, null);
        var walk = new LedgerWalk();
        foreach (var (sequence, before, after) in new[] { (1L, 0m, 3m), (3L, 3m, 4m), (4L, 9m, 10m) })
        {
            walk.Read(new LedgerEntry
            {
                Sequence = sequence, Kind = "recorded", FeatureCode = "calls", Before = before, After = after, Period = period,
            });
        }

        walk.Compare(
            new LicenseStanding(
                [new UsageAnswer { Allowed = true, FeatureCode = "calls", Used = 11, Period = period, Sequence = 4 }], []),
            4);

        Assert.Equal(
            [
                "after entry 1 comes entry 3", "entry 4 begins at 9 calls, and the one before left 4",
                "the ledger ends with 10 calls, and the meter says 11",
            ],
            walk.Findings.Differences);
    }

    public void Dispose() => _tool.Dispose();

    private Task<JsonElement> UseAsync(string license, int amount, string user) => meter.SendAsync(HttpMethod.Post, "/api/v1/events", new[]
    {
        new { license_id = license, metric = "calls", quantity = amount, user_id = user, event_id = Guid.NewGuid().ToString() },
    });
}
