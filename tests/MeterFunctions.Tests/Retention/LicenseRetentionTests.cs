using MeterFunctions.Evidence;
using MeterFunctions.Retention;
using MeterFunctions.Storage;
using MeterFunctions.Tests.Hosting;
using MeterFunctions.Tests.Storage;
using Metering;
using Metering.Reports;

namespace MeterFunctions.Tests.Retention;

/// <summary>What retention removes from a license and what it leaves, whatever comes in between.</summary>
[Collection(StorageCollection.Name)]
public sealed class LicenseRetentionTests(Azurite azurite)
{
    [Fact]
    [Rule(8)]
    public async Task What_is_remembered_goes_when_its_memory_is_over_and_not_before()
    {
        await using var app = new App(azurite, RetentionRun.Settings);
        await RetentionRun.UseAsync(app, days: 6);
        var before = await RetentionRun.RowsAsync(app, TableKeys.IdentityPrefix);

        // On its last day everything is over that came before half past the sixth day; submissions are after one.
        await RetentionRun.RunAllAsync(app, from: 4);

        var keys = (await RetentionRun.RowsAsync(app, TableKeys.IdentityPrefix)).ConvertAll(row => row.GetDateTimeOffset("At"));
        Assert.Equal(24, before.Count);
        Assert.NotEmpty(keys);
        Assert.All(keys, at => Assert.True(at > RetentionRun.Day(4.5 - 5)));
        Assert.Empty(await RetentionRun.RowsAsync(app, TableKeys.SubmissionPrefix));
        await RetentionRun.VerifyAsync(app);
        Assert.Equal(ApplyStatus.Applied, (await app.Meters.ApplyAsync("lic_1", Commands.Consume(), Commands.Key("k0"), default)).Status);
        await RetentionRun.RunAllAsync(app, from: 12);
        Assert.Single(await RetentionRun.RowsAsync(app, TableKeys.IdentityPrefix));
        await RetentionRun.VerifyAsync(app);
    }

    [Fact]
    [Rule(9)]
    public async Task What_was_removed_or_counted_again_is_no_difference_when_keys_are_remembered_for_longer_since()
    {
        await using var app = new App(azurite, RetentionRun.Settings);
        await RetentionRun.UseAsync(app, days: 6);
        await RetentionRun.RunAllAsync(app, from: 4);
        Assert.Equal(ApplyStatus.Applied, (await app.Meters.ApplyAsync("lic_1", Commands.Consume(), Commands.Key("k5"), default)).Status);
        await using var raised = new App(
            azurite, new(RetentionRun.Settings) { ["Metering:IdempotencyDays"] = "15" }, prefix: app.Prefix);

        await RetentionRun.VerifyAsync(raised);
        await RetentionRun.RunAsync(raised);
        await RetentionRun.VerifyAsync(raised);

        // From then on, what is missing is told.
        await raised.Meters.ApplyAsync("lic_1", Commands.Consume(), Commands.Key("late"), default);
        await raised.SetTimeAsync(RetentionRun.Day(20));
        await RetentionRun.VerifyAsync(raised);
        var late = (await RetentionRun.RowsAsync(raised, TableKeys.IdentityPrefix)).MaxBy(row => row.GetInt64("Sequence"))!;
        await raised.Tables.DeleteAsync(TableKeys.Meters, late.PartitionKey, late.RowKey, default);
        Assert.Contains(
            "its idempotency key is not remembered",
            Assert.Single(await raised.Get<TableVerification>().VerifyAsync("lic_1", default)),
            StringComparison.Ordinal);
    }

    [Fact]
    [Rule(8)]
    public async Task A_row_that_is_remembered_stays_to_the_last_hour()
    {
        await using var app = new App(azurite, RetentionRun.Settings);
        await RetentionRun.UseAsync(app, days: 1);
        for (var day = 1; day <= 5; day++)
        {
            // Half an hour more than a day, and than the five days of keys: for an instance whose clock is behind, it is not over.
            await app.SetTimeAsync(RetentionRun.Day(day + 0.1).AddMinutes(30));
            await RetentionRun.RunAsync(app);
            Assert.Equal(4, (await RetentionRun.RowsAsync(app, TableKeys.IdentityPrefix)).Count);
            Assert.Equal(day == 1 ? 1 : 0, (await RetentionRun.RowsAsync(app, TableKeys.SubmissionPrefix)).Count);
        }

        await app.SetTimeAsync(RetentionRun.Day(5));
        Assert.Equal(ApplyStatus.Replayed, (await app.Meters.ApplyAsync("lic_1", Commands.Consume(), Commands.Key("k0"), default)).Status);
    }

    [Fact]
    [Rule(9)]
    public async Task Evidence_goes_when_its_retention_is_over_and_the_rest_is_proven_as_before()
    {
        await using var app = new App(azurite, RetentionRun.Settings);
        await RetentionRun.UseAsync(app, days: 6);
        var entries = await app.EntriesAsync("lic_1");
        await app.SetTimeAsync(RetentionRun.Day(22.5));

        await RetentionRun.RunAsync(app);

        var kept = await app.EntriesAsync("lic_1");
        Assert.Equal(
            entries.Where(entry => entry.At >= RetentionRun.Day(2.5)).Select(entry => entry.Sequence),
            kept.Select(entry => entry.Sequence));
        Assert.Equal(
            RetentionRun.Day(2).UtcDateTime.Date,
            (await app.Get<ILedger>().RollupsAsync("lic_1", DateOnly.MinValue, DateOnly.MaxValue, default))[0].Rollup.Day.ToDateTime(default));
        await RetentionRun.VerifyAsync(app);

        // The license goes on, and what it adds is proven and removed in its turn.
        await app.Meters.ApplyAsync("lic_1", Commands.Consume(7), Commands.Key("later"), default);
        await RetentionRun.VerifyAsync(app);
        await app.SetTimeAsync(RetentionRun.Day(60));
        await RetentionRun.RunAsync(app);
        Assert.Empty(await app.EntriesAsync("lic_1"));
        Assert.Empty(await RetentionRun.RowsAsync(app, TableKeys.DayPrefix));
        Assert.Equal(4 * 21 + 7, await app.UsedAsync("lic_1"));
        await RetentionRun.VerifyAsync(app);
        await app.Meters.ApplyAsync("lic_1", Commands.Consume(1), Commands.Key("much later"), default);
        await RetentionRun.VerifyAsync(app);
    }

    [Fact]
    [Rule(9)]
    public async Task Evidence_that_was_removed_stays_known_when_it_is_to_be_kept_longer_again()
    {
        await using var app = new App(azurite, RetentionRun.Settings);
        await RetentionRun.UseAsync(app, days: 6);
        await app.SetTimeAsync(RetentionRun.Day(22.5));
        await RetentionRun.RunAsync(app);

        await using var longer = new App(
            azurite, new(RetentionRun.Settings) { ["Metering:LedgerRetentionDays"] = "400" }, prefix: app.Prefix);
        await longer.Get<RetentionMark>().RaiseAsync(RetentionRun.Day(-100), default);

        var first = (await longer.EntriesAsync(RetentionRun.License))[0];
        var kept = (await longer.Get<ILedgerScan>().KeptFromAsync(default))!.Value;
        Assert.InRange(kept, RetentionRun.Day(22.5) - TimeSpan.FromDays(20) - TimeSpan.FromHours(1), first.At.AddDays(1));
        Assert.Equal(TimeSpan.Zero, kept.TimeOfDay);
    }

    [Fact]
    [Rule(9)]
    public async Task What_is_wrong_with_evidence_is_known_after_it_has_gone()
    {
        await using var app = new App(azurite, RetentionRun.Settings);
        await RetentionRun.UseAsync(app, days: 2);
        var rows = await RetentionRun.RowsAsync(app, TableKeys.EntryPrefix);
        rows[0]["Body"] = new byte[] { 255, 255 };
        rows[2]["Digest"] = null;
        await app.Tables.PutAsync(TableKeys.Meters, rows[0], default);
        await app.Tables.PutAsync(TableKeys.Meters, rows[2], default);
        rows[3].RowKey += "0";
        await app.Tables.PutAsync(TableKeys.Meters, rows[3], default);
        await app.SetTimeAsync(RetentionRun.Day(40));

        await RetentionRun.RunAsync(app);

        Assert.Empty(await RetentionRun.RowsAsync(app, TableKeys.EntryPrefix));
        var told = await app.Get<MeterFunctions.Evidence.TableVerification>().VerifyAsync("lic_1", default);
        Assert.StartsWith("lic_1: when entries to 9 were removed, lic_1: entry 1 cannot be read", told[0], StringComparison.Ordinal);
    }

    [Fact]
    [Rule(9)]
    public async Task A_run_that_dies_anywhere_leaves_a_license_that_agrees_and_the_next_run_ends_its_work()
    {
        using var storage = new Interleaved();
        await using var app = new App(azurite, RetentionRun.Settings, storage);
        await using var calm = new App(azurite, RetentionRun.Settings, prefix: app.Prefix);
        await RetentionRun.UseAsync(calm, days: 3);
        await app.SetTimeAsync(RetentionRun.Day(20.5));
        var day = 20.5;
        for (var (request, died) = (1, true); died; request++)
        {
            // A day more each time, so that there is something to remove again.
            await app.SetTimeAsync(RetentionRun.Day(day += 0.2));
            storage.BreakAt(request);
            try
            {
                await RetentionRun.RunAsync(app);
            }
            catch (StoreUnavailableException)
            {
                // It has died.
            }

            died = storage.Mend();
            await RetentionRun.VerifyAsync(calm);
        }

        await app.SetTimeAsync(RetentionRun.Day(40));
        await RetentionRun.RunAsync(app);
        Assert.Empty(await RetentionRun.RowsAsync(app, TableKeys.EntryPrefix));
        await RetentionRun.VerifyAsync(calm);
    }

    [Theory]
    [Rule(8)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_commit_that_comes_between_two_requests_of_a_run_counts_once(bool losesAnswer)
    {
        using var storage = new Interleaved();
        await using var app = new App(azurite, RetentionRun.Settings, storage);
        await using var other = new App(azurite, RetentionRun.Settings, prefix: app.Prefix);
        await RetentionRun.UseAsync(other, days: 2);
        var used = await other.UsedAsync("lic_1");
        for (var (request, met) = (1, true); met; request++)
        {
            await other.SetTimeAsync(RetentionRun.Day(20 + request));
            storage.Meet(request, losesAnswer, async () =>
            {
                // Known from six days before, so its row is there or is just going.
                foreach (var key in new[] { "k0", "k1", $"t{request % 6}" })
                {
                    await other.Meters.ApplyAsync("lic_1", Commands.Consume(), Commands.Key(key), default);
                }
            });
            await RetentionRun.RunAsync(app);
            met = storage.Disarm();
            await RetentionRun.VerifyAsync(other);
        }

        var counted = (await RetentionRun.RowsAsync(other, TableKeys.EntryPrefix)).Count;
        Assert.InRange(counted, 10, 100);
        Assert.Equal(ApplyStatus.Replayed, await RepeatAsync(other));
        Assert.True(await other.UsedAsync("lic_1") > used);
    }

    [Fact]
    [Rule(8)]
    public async Task A_run_that_comes_between_two_requests_of_a_commit_makes_nothing_count_twice()
    {
        using var storage = new Interleaved();
        await using var app = new App(
            azurite, new(RetentionRun.Settings) { ["Metering:Turns"] = "WhenContended" }, storage);
        await using var other = new App(azurite, RetentionRun.Settings, prefix: app.Prefix);
        await RetentionRun.UseAsync(other, days: 1);
        var used = await other.UsedAsync("lic_1");
        var day = 15;
        for (var (request, met) = (1, true); met; request++, day += 15)
        {
            // All of its rows are over, and stand in the way until they go. The run looks through all of them, and ends half a day later.
            await other.SetTimeAsync(RetentionRun.Day(day));
            storage.Meet(request, losesAnswer: false, () => RetentionRun.RunAllAsync(other, day + 1 - RetentionCut.Slices));
            var result = await app.Meters.ApplyAsync("lic_1", Commands.Consume(1), Once.ByKey("b0", "body", "be0"), default);
            Assert.Equal((ApplyStatus.Applied, ++used), (result.Status, await other.UsedAsync("lic_1")));
            met = storage.Disarm();
            Assert.Equal(
                ApplyStatus.Replayed,
                (await other.Meters.ApplyAsync("lic_1", Commands.Consume(1), Once.ByEvent("be0"), default)).Status);
            await RetentionRun.VerifyAsync(other);
        }
    }

    [Fact]
    public async Task A_run_stops_when_its_requests_are_spent_and_goes_on_where_it_was()
    {
        var storage = new CountedStorage();
        await using var app = new App(azurite, RetentionRun.Settings, storage);
        await RetentionRun.UseAsync(app, days: 3);
        await app.SetTimeAsync(RetentionRun.Day(60));
        RetentionPlace? place = null;
        var steps = 0;
        do
        {
            var before = storage.Requests;
            place = await app.Get<LicenseRetention>().RunAsync("lic_1", place, new RequestBudget(1), default);

            // A snapshot that is begun is finished: the read, the probe, the rows, the snapshot and its read; the clock's row besides.
            Assert.InRange(storage.Requests - before, 1, 16);
            steps++;
        }
        while (place is not null);

        Assert.InRange(steps, 3, 20);
        Assert.Empty(await RetentionRun.RowsAsync(app, TableKeys.EntryPrefix));
        await RetentionRun.VerifyAsync(app);

        // Where nothing is over, a look costs six requests; the clock's row besides.
        await app.Meters.ApplyAsync("lic_1", Commands.Consume(), null, default);
        await RetentionRun.RunAsync(app);
        Assert.Equal(7, await storage.CountAsync(() => RetentionRun.RunAsync(app)));
    }

    private static async Task<ApplyStatus> RepeatAsync(App app) =>
        (await app.Meters.ApplyAsync("lic_1", Commands.Consume(), Commands.Key("k1"), default)).Status;
}
