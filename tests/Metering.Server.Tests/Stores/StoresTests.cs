using System.Collections.Immutable;
using Metering.Reports;
using Metering.Server.Clock;
using Metering.Server.Storage;
using Metering.Server.Stores;
using Metering.Server.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Metering.Server.Tests.Stores;

public sealed class StoresTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Of_too_many_dead_letters_the_oldest_go()
    {
        await using var fixture = await EngineFixture.StartAsync(options => options with { MaxDeadLetters = 5 });
        var letters = new SqliteDeadLetters(fixture.Engine, NullLogger<SqliteDeadLetters>.Instance);
        await letters.AddAsync([Letter(1), Letter(2), Letter(3), Letter(4)], None);
        await letters.RemoveAsync("dl_2", None);

        await letters.AddAsync([Letter(5), Letter(6), Letter(7)], None);

        var kept = await letters.ListAsync(DeadLetterKind.Any, null, 100, None);
        Assert.Equal(["dl_3", "dl_4", "dl_5", "dl_6", "dl_7"], kept.Items.Select(letter => letter.Id));
    }

    [Fact]
    public async Task A_file_of_before_gets_the_index_by_which_a_tenants_letters_are_found_without_those_of_others()
    {
        await using var fixture = await EngineFixture.StartAsync();
        await fixture.Engine.Store.RunAsync(store =>
        {
            store.Execute("DROP INDEX dead_letter_tenant");
            return true;
        });

        await fixture.RestartAsync();

        var plan = await fixture.Engine.Store.RunAsync(store =>
        {
            var statement = store["EXPLAIN QUERY PLAN " + SqliteDeadLetters.LettersOfTenant];
            statement.Next();
            var detail = statement.Text(3);
            statement.Reset();
            return detail;
        });
        Assert.Equal("SEARCH dead_letter USING INDEX dead_letter_tenant (tenant=? AND id>?)", plan);
    }

    [Fact]
    public async Task Dead_letters_of_a_transaction_that_failed_are_not_counted()
    {
        await using var fixture = await EngineFixture.StartAsync(options => options with { MaxDeadLetters = 5 });
        var letters = new SqliteDeadLetters(fixture.Engine, NullLogger<SqliteDeadLetters>.Instance);

        // Until these wait together, so that the letters' first transaction is undone by the other one's fault.
        using var both = new ManualResetEventSlim();
        var first = fixture.Engine.Store.RunAsync(_ =>
        {
            both.Wait(None);
            return true;
        });
        var adding = letters.AddAsync([Letter(1), Letter(2), Letter(3)], None).AsTask();
        var failing = fixture.Engine.Store.RunAsync<bool>(_ => throw new InvalidOperationException("a fault"));
        both.Set();
        await first;
        await adding;
        await Assert.ThrowsAsync<InvalidOperationException>(() => failing);
        await letters.AddAsync([Letter(4), Letter(5)], None);

        Assert.Equal(5, (await letters.ListAsync(DeadLetterKind.Any, null, 100, None)).Items.Count);
    }

    [Fact]
    public async Task Look_ups_of_a_license_dont_wait_for_reports()
    {
        await using var fixture = await EngineFixture.StartAsync();
        var directory = new SqliteLicenseDirectory(fixture.Engine, fixture.Clock);
        var license = new LicenseRecord { Id = "lic_a", TenantId = "tenant_acme", KeyHash = new string('a', 64) };
        await directory.AddAsync(license, None);

        await WhileHeldAsync(places: 4, fixture.Engine.Readers.ReadAsync, async () =>
        {
            Assert.Equal("lic_a", await directory.FindByKeyHashAsync(license.KeyHash, None).AsTask().WaitAsync(Patience));
            Assert.NotNull(await directory.FindAsync("lic_a", None).AsTask().WaitAsync(Patience));
            Assert.Empty(await directory.HoldersAsync("tenant_acme", "api_calls", None).AsTask().WaitAsync(Patience));
        });
    }

    [Fact]
    public async Task No_report_takes_a_place_of_the_look_ups()
    {
        await using var fixture = await EngineFixture.StartAsync();
        await fixture.OpenLicenseAsync("lic_a");
        var engine = fixture.Engine;
        var sources = new ReportSources(
            new SqliteLedger(engine, fixture.Clock), engine, new SqliteLicenseDirectory(engine, fixture.Clock), engine.Rules);
        var now = fixture.Clock.UtcNow;

        await WhileHeldAsync(places: 2, engine.Readers.LookUpAsync, async () =>
        {
            var usage = new UsageReports(sources).SummaryAsync(new UsageQuery("tenant_acme", "api_calls"), now, None);
            Assert.Equal(0, (await usage.AsTask().WaitAsync(Patience)).Total);
            var quota = new QuotaReports(sources).OfTenantAsync("tenant_acme", "api_calls", now, None);
            Assert.Single((await quota.AsTask().WaitAsync(Patience))!.Licenses);
            var bill = new BillingReports(sources, new SqliteCatalog(engine)).ReportAsync(new BillingQuery("tenant_acme"), now, None);
            Assert.Empty((await bill.AsTask().WaitAsync(Patience)).Totals);
        });
    }

    [Fact]
    public async Task The_look_up_of_an_event_reads_no_license_to_which_none_can_go()
    {
        await using var fixture = await EngineFixture.StartAsync();
        var directory = new SqliteLicenseDirectory(fixture.Engine, fixture.Clock);
        var start = fixture.Clock.UtcNow;
        await NoteAsync("lic_gone", created: 0, had: new FeatureSpan(start, start.AddHours(2)));
        await NoteAsync("lic_later", created: 1, had: new FeatureSpan(start.AddHours(5), null));
        await NoteAsync("lic_held", created: 2, had: new FeatureSpan(start.AddHours(3), null));
        await NoteAsync("lic_between", created: 2.5, had: new FeatureSpan(start.AddHours(2.5), null));
        for (var i = 3; i < 10; i++)
        {
            await NoteAsync($"lic_{i}", created: i, had: new FeatureSpan(start.AddHours(i), null));
        }

        var holders = await directory.HoldersAsync("tenant_acme", "api_calls", None);

        Assert.Equal(["lic_gone", "lic_later", "lic_held", "lic_between"], holders.Select(holder => holder.LicenseId));
        Assert.Equal(11, (await directory.HoldersAsync("tenant_acme", "api_calls", haveNow: false, 100, None)).Count);

        ValueTask NoteAsync(string id, double created, FeatureSpan had) => directory.NoteFeaturesAsync(
            new LicenseFeatures(
                id, "tenant_acme", start.AddHours(created),
                ImmutableSortedDictionary<string, ImmutableArray<FeatureSpan>>.Empty.Add("api_calls", [had])),
            None);
    }

    [Fact]
    public async Task Signals_wait_in_order_until_they_are_removed_and_are_bounded()
    {
        await using var fixture = await EngineFixture.StartAsync(options => options with { MaxOutboxSignals = 100 });
        var outbox = new SignalOutbox(fixture.Engine);
        await fixture.OpenLicenseAsync("lic_a", limit: 1, reset: Interval.Day);
        for (var day = 0; day < 150; day++)
        {
            await fixture.ApplyAsync("lic_a", new RecordUse { FeatureCode = "api_calls", Given = 5 });
            fixture.Clock.UtcNow += TimeSpan.FromDays(1);
            if (day % 50 == 0)
            {
                await fixture.Engine.FlushAsync();
            }
        }

        // Also what is in the journal alone so far has its place by then, and a webhook that is made next gets none of it.
        var end = await outbox.EndAsync();
        var all = await outbox.ReadAsync(0, 1_000, None);
        Assert.Equal(100, all.Count);
        Assert.Equal(end, all[^1].Position);
        Assert.Equal(all.OrderBy(signal => signal.Position), all);
        Assert.True(all.Zip(all.Skip(1)).All(pair => pair.First.Signal.Sequence <= pair.Second.Signal.Sequence));

        await outbox.RemoveThroughAsync(all[9].Position);

        Assert.Equal(all.Skip(10).Take(3), await outbox.ReadAsync(0, 3, None));
    }

    [Fact]
    public async Task The_system_clock_cannot_be_set()
    {
        var clock = new SystemMeterClock(TimeProvider.System, NullLogger.Instance);

        await Assert.ThrowsAsync<InvalidOperationException>(async () => await clock.SetAsync(DateTimeOffset.UnixEpoch, None));
        Assert.Equal(0, clock.UtcNow.Ticks % TimeSpan.TicksPerMillisecond);
    }

    // While as many readers as there are places have begun and do not end, and more of them wait for a place.
    private static async Task WhileHeldAsync(
        int places, Func<Func<Database, bool>, CancellationToken, ValueTask<bool>> readAsync, Func<Task> act)
    {
        using var end = new ManualResetEventSlim();
        using var begun = new SemaphoreSlim(0);
        Task[] readers = [.. Enumerable.Range(0, 2 * places).Select(_ => Task.Factory.StartNew(
            () => readAsync(
                _ =>
                {
                    begun.Release();
                    end.Wait(None);
                    return true;
                },
                None).AsTask(),
            None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap())];
        for (var place = 0; place < places; place++)
        {
            await begun.WaitAsync();
        }

        try
        {
            await act();
        }
        finally
        {
            end.Set();
            await Task.WhenAll(readers);
        }
    }

    private static DeadLetter Letter(int number) => new($"dl_{number}", DateTimeOffset.UnixEpoch, "code", "detail", "{}");
}
