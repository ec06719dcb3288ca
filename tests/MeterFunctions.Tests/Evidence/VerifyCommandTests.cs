using Azure.Data.Tables;
using MeterFunctions.Evidence;
using MeterFunctions.Storage;
using MeterFunctions.Tests.Hosting;
using MeterFunctions.Tests.Storage;
using Metering;

namespace MeterFunctions.Tests.Evidence;

/// <summary>The command finds every kind of damage in any license, and goes on where it was stopped.</summary>
[Collection(StorageCollection.Name)]
public sealed class VerifyCommandTests(Azurite azurite, DamagedTables damaged) : IClassFixture<DamagedTables>
{
    [Fact]
    [Rule(9)]
    public async Task Tables_that_agree_are_said_to_agree()
    {
        await using var app = new App(azurite);
        await DamagedTables.FillAsync(app, 3);
        using var verify = await new VerifyRun(app, azurite).RunAsync([]);

        Assert.Equal(
            [
                "All agrees: 3 licenses, 18 ledger entries.",
                "Not compared, because they are not evidence: the tally of refusals, and when a rate lets the next unit pass.",
            ],
            verify.Output);
        Assert.Equal(0, verify.Code);
        Assert.StartsWith("Settings: the environment, then ", verify.Progress[0], StringComparison.Ordinal);
    }

    [Fact]
    [Rule(8)]
    [Rule(9)]
    public async Task Every_kind_of_damage_is_told_wherever_the_run_was_stopped_and_gone_on()
    {
        var app = damaged.App;
        string[] expected =
        [
            "lic_1: entry 2 is not linked to the one before it",
            "lic_2: entry 4 follows 2",
            "lic_3: calls: used is 77, by the ledger ",
            "lic_4: entry 2: its idempotency key is not remembered",
            "lic_5: the rollups in row d20261121_",
            "lic_6: it is not noted with its tenant as it has or had the feature calls",
            "lic_7: its key does not lead to it",
            "lic_8: it has a state, and no row in the directory",
            "lic_9: its rows go on to entry 99, and its state does not",
            "lic_a: it has a row in the directory, and no state",
            "lic_b: its state cannot be read",
            "lic_none: a row in Tenants (tenant_1, lic_none) leads to it, and there is no such license",
            "lic_stray: its partition has rows, and no license of the directory leads to it, nor has it a state",
        ];

        using var whole = await new VerifyRun(app, azurite).RunAsync([]);

        Assert.Equal(1, whole.Code);
        foreach (var difference in expected)
        {
            Assert.Contains(whole.Differences, line => line.StartsWith(difference, StringComparison.Ordinal));
        }

        Assert.DoesNotContain(whole.Output, line => line.Contains("lic_c", StringComparison.Ordinal));

        // Step by step, each in a run of its own.
        var verification = new Verification(
            app.Tables, app.Get<DirectoryCheck>(), new LicenseLook(
                app.Tables,
                app.Get<TableVerification>(),
                app.Get<DirectoryCheck>(),
                app.Get<OutboxCheck>(),
                Later(app),
                app.Get<HostClock>()));
        var inDirectory = whole.Differences.TakeWhile(line => !line.StartsWith("lic_1:", StringComparison.Ordinal)).ToList();
        var (cursor, parts) = (new VerificationPlace(null, "").ToString(), new List<string>());
        while (await verification.StepsAsync(VerificationPlace.Read(cursor), _ => { }, default).FirstOrDefaultAsync() is { } step
            && step.Next.ToString() != cursor)
        {
            parts.AddRange(step.Differences);
            cursor = step.Next.ToString();
        }

        Assert.Equal(whole.Differences.Skip(inDirectory.Count), parts);
    }

    [Fact]
    [Rule(9)]
    public async Task A_storage_that_fails_ends_the_run_with_a_cursor_from_which_it_goes_on()
    {
        var app = damaged.App;
        using var whole = await new VerifyRun(app, azurite).RunAsync([]);
        for (var at = 2; ; at += 50)
        {
            var storage = new Interleaved();
            storage.BreakAt(at);
            using var broken = await new VerifyRun(app, azurite, storage).RunAsync([]);
            if (!storage.Mend())
            {
                Assert.True(at > 100);
                Assert.Equal(1, broken.Code);
                break;
            }

            Assert.Equal(2, broken.Code);
            Assert.Contains(broken.Progress, line => line.StartsWith("The table storage does not answer", StringComparison.Ordinal));
            using var rest = await new VerifyRun(app, azurite).RunAsync(["--from", broken.Cursor]);
            Assert.Equal(whole.Differences, broken.Differences.Concat(rest.Differences));
        }
    }

    [Fact]
    public async Task A_run_that_is_stopped_says_where_to_go_on()
    {
        await using var app = new App(azurite);
        await DamagedTables.FillAsync(app, 2);
        using var stop = new CancellationTokenSource();
        var storage = new Interleaved();
        storage.Meet(at: 9, losesAnswer: false, () =>
        {
            // Not awaited: what it stops is this very request.
            _ = stop.CancelAsync();
            return Task.CompletedTask;
        });
        using var stopped = await new VerifyRun(app, azurite, storage).RunAsync([], stop.Token);

        Assert.Equal(2, stopped.Code);
        Assert.Equal("Stopped.", stopped.Progress[^2]);
        using var rest = await new VerifyRun(app, azurite).RunAsync(["--from", stopped.Cursor]);
        Assert.Equal(0, rest.Code);
    }

    [Fact]
    public async Task One_license_may_be_looked_at_alone()
    {
        var app = damaged.App;
        using var sound = await new VerifyRun(app, azurite).RunAsync(["--license", "lic_c"]);
        using var lost = await new VerifyRun(app, azurite).RunAsync(["--license", "lic_7"]);
        using var none = await new VerifyRun(app, azurite).RunAsync(["--license", "lic_0"]);

        Assert.Equal((0, "All agrees: 1 license, 6 ledger entries."), (sound.Code, sound.Output[0]));
        Assert.Equal((1, "lic_7: its key does not lead to it"), (lost.Code, lost.Output[0]));
        Assert.Equal((2, "There is no license lic_0."), (none.Code, none.Progress[^1]));
    }

    [Theory]
    [InlineData("--form", "x")]
    [InlineData("--from", "bm90IG91cnM")]
    [InlineData("--from", "x", "--license", "lic_1")]
    [InlineData("--settings", "/none/at/all.json")]
    [InlineData("more")]
    public async Task What_it_does_not_understand_it_refuses(params string[] arguments)
    {
        await using var app = new App(azurite);
        using var verify = await new VerifyRun(app, azurite).RunAsync(arguments);

        Assert.Equal(2, verify.Code);
        Assert.NotEmpty(verify.Progress);
        Assert.DoesNotContain(verify.Output, line => line.StartsWith("All agrees", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Tables_that_are_not_there_are_not_made()
    {
        await using var app = new App(azurite);
        using var verify = await new VerifyRun(app, azurite).RunAsync([]);
        var tables = await new TableServiceClient(azurite.ConnectionString).QueryAsync().Select(table => table.Name).ToListAsync();

        Assert.Equal(2, verify.Code);
        Assert.DoesNotContain(tables, name => name.StartsWith(app.Prefix, StringComparison.Ordinal));
    }

    private static LicenseIndex Later(App app) => new(app.Tables, new TenMinutesLater(), new StorageTime(TimeProvider.System));

    private sealed class TenMinutesLater : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + TimeSpan.FromMinutes(10);
    }
}
