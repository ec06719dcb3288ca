using MeterFunctions.Exports;
using MeterFunctions.Orchestrations;
using MeterFunctions.Retention;
using MeterFunctions.Storage;
using MeterFunctions.Tests.Hosting;
using MeterFunctions.Tests.Storage;
using MeterFunctions.Webhooks;
using Metering;

namespace MeterFunctions.Tests.Webhooks;

[Rule(11)]
[Collection(StorageCollection.Name)]
public sealed class SignalSweepTests(Azurite azurite)
{
    [Fact]
    public async Task An_old_intent_has_its_license_nudged_and_goes_only_when_nothing_waits()
    {
        await using var app = new App(azurite);
        var run = new SignalRun(app);
        await app.OpenAsync();
        await app.Meters.ApplyAsync("lic_1", new ChangeLicense { Suspended = true }, null, default);
        app.Hub.Held.Clear();

        Assert.True((await run.SweepAsync()).FoundAny);
        Assert.Equal(1, await IntentsAsync(app));
        Assert.Equal(SignalDelivery.IdOf("lic_1"), Assert.Single(app.Hub.Held).Id);
        await run.RunAsync();
        Assert.Equal(1, await IntentsAsync(app));

        await run.SweepAsync();
        Assert.Equal(0, await IntentsAsync(app));
        Assert.Empty(app.Hub.Held);
        Assert.Equal(SweepWork.Start, await run.SweepAsync());
    }

    [Fact]
    public async Task An_intent_whose_commit_may_still_come_is_left_alone()
    {
        await using var app = new App(azurite);
        await app.Get<SignalOutbox>().IntendAsync("lic_1", default);

        var work = await app.Get<SignalOutbox>().SweepAsync(SweepWork.Start, SignalOutbox.MinAge, default);

        Assert.Equal(new SweepWork(null, FoundAny: true), work);
        Assert.Equal(1, await IntentsAsync(app));
        Assert.Empty(app.Hub.Held);

        // Four tries of ten seconds each, the pauses between them, and half a minute.
        Assert.Equal(TimeSpan.FromSeconds(70.7), SignalOutbox.MinAge);
    }

    [Fact]
    public async Task An_intent_that_is_written_anew_while_the_old_one_is_looked_into_stays()
    {
        using var storage = new Interleaved();
        await using var app = new App(azurite, storage: storage);
        await using var other = new App(azurite, prefix: app.Prefix);
        await app.Get<SignalOutbox>().IntendAsync("lic_1", default);

        // The page, the outbox; then its deletion.
        storage.Meet(3, losesAnswer: false, () => other.Get<SignalOutbox>().IntendAsync("lic_1", default).AsTask());
        await new SignalRun(app).SweepAsync();

        Assert.True(storage.Disarm());
        Assert.Equal(1, await IntentsAsync(app));
    }

    [Fact]
    public async Task Many_intents_are_swept_page_by_page()
    {
        await using var app = new App(azurite);
        foreach (var part in Enumerable.Range(0, 230).Chunk(16))
        {
            await Task.WhenAll(part.Select(i => app.Get<SignalOutbox>().IntendAsync($"lic_{i}", default).AsTask()));
        }

        var run = new SignalRun(app);
        var work = await run.SweepAsync();
        Assert.NotNull(work.From);
        work = await app.Get<SignalOutbox>().SweepAsync(work, TimeSpan.FromHours(-1), default);

        Assert.Equal(new SweepWork(null, FoundAny: true), work);
        Assert.Equal(0, await IntentsAsync(app));
    }

    [Fact]
    public async Task The_sweep_goes_on_without_end_through_faults_and_rests_longer_when_there_is_nothing()
    {
        var pages = new Queue<SweepWork?>([new("further", true), new(null, true), null, new(null, false)]);
        var run = new OrchestrationRun(SignalSweep.Name, SignalSweep.InstanceId, (_, _) => Task.FromResult<object?>(
            pages.Dequeue() ?? throw new StoreUnavailableException("away")));

        object? next = SweepWork.Start;
        var nexts = new List<object?>();
        while (pages.Count > 0)
        {
            await SignalSweep.RunAsync(run, (SweepWork)next!);
            nexts.Add(next = run.TakeNext());
        }

        Assert.Equal([new SweepWork("further", true), SweepWork.Start, SweepWork.Start, SweepWork.Start], nexts);
        Assert.Equal([SignalSweep.Rest, SignalSweep.Rest, SignalSweep.LongRest], run.Waits);
    }

    [Fact]
    public async Task Each_sweep_is_started_once()
    {
        await using var app = new App(azurite);

        foreach (var sweep in SweepStart.Sweeps.Concat(SweepStart.Sweeps))
        {
            await Steps.EnsureAsync(app.Hub, sweep.Name, sweep.InstanceId, sweep.Begin, default);
        }

        Assert.Equal(
            [SignalSweep.InstanceId, QueueSweep.InstanceId, RetentionSweep.InstanceId, ExportRounds.InstanceId], app.Hub.Instances);
    }

    private static async Task<int> IntentsAsync(App app) =>
        (await app.Tables.QueryAsync(TableKeys.Intents, "PartitionKey ge '0'", 1000, default)).Count;
}
