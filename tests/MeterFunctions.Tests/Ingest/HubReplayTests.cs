using System.Net;
using MeterFunctions.Storage;
using MeterFunctions.Tests.Hosting;
using Metering;

namespace MeterFunctions.Tests.Ingest;

/// <summary>What a hub gives a second time, and what only its own time says of an event.</summary>
[Collection(StorageCollection.Name)]
public sealed class HubReplayTests(Azurite azurite)
{
    private static readonly DateOnly Day = DateOnly.FromDateTime(App.Start.UtcDateTime);

    [Fact]
    [Rule(10)]
    public async Task An_event_without_a_time_happened_when_the_hub_took_it()
    {
        await using var app = new App(azurite);
        var id = await app.OpenAsync();
        await app.SetTimeAsync(App.Start.AddHours(16));

        await HubMessages.BringAsync(app,
        [
            HubMessages.Plain(1, id),
            HubMessages.Message(2, $$"""{"metric":"calls","license_id":"{{id}}","quantity":5,"occurred_at":"{{App.Start.AddHours(15):O}}","event_id":"b"}"""),
            HubMessages.WithoutId(3, id, App.Start.AddHours(20)),
        ]);

        // One that a clock ahead of ours has stamped happened now.
        var days = await app.Get<ILedger>().RollupsAsync(id, Day, Day.AddDays(1), default);
        Assert.Equal([(Day, 1m), (Day.AddDays(1), 6m)], days.Select(day => (day.Rollup.Day, day.Rollup.Sum)));
    }

    [Fact]
    [Rule(10)]
    public async Task What_is_kept_of_an_event_without_a_time_says_when_the_hub_took_it()
    {
        await using var app = new App(azurite);
        await app.SetTimeAsync(App.Start);

        await HubMessages.BringAsync(app, [HubMessages.Plain(1, "lic_nobody")]);

        Assert.Contains("\"occurred_at\":\"2026-11-21T10:00:00.001Z\"", Assert.Single(await LettersAsync(app)).Payload, StringComparison.Ordinal);
    }

    [Fact]
    [Rule(8)]
    public async Task Events_without_ids_of_a_hub_that_was_made_anew_count_though_its_numbers_begin_again()
    {
        await using var app = new App(azurite);
        var id = await app.OpenAsync();
        var first = Enumerable.Range(0, 5).Select(i => HubMessages.WithoutId(i, id)).ToArray();
        var anew = Enumerable.Range(0, 5).Select(i => HubMessages.WithoutId(i, id, App.Start.AddMinutes(1))).ToArray();

        await HubMessages.BringAsync(app, first);
        await HubMessages.BringAsync(app, first);
        Assert.Equal(5, await app.UsedAsync(id));

        await HubMessages.BringAsync(app, anew);
        await HubMessages.BringAsync(app, anew);
        Assert.Equal(10, await app.UsedAsync(id));
    }

    [Theory]
    [Rule(8)]
    [InlineData(35, 34)]
    [InlineData(2, 1)]
    [InlineData(1, 0.5)]
    public async Task A_replay_of_a_hub_from_its_start_counts_nothing_twice_however_late_it_comes(int memoryDays, double tooOldDays)
    {
        await using var app = new App(azurite, new() { ["Metering:IdempotencyDays"] = $"{memoryDays}" });
        var id = await app.OpenAsync();
        var batch = Enumerable.Range(0, 3).Select(i => HubMessages.Plain(i, id)).Append(HubMessages.WithoutId(3, id)).ToArray();
        await HubMessages.BringAsync(app, batch);

        // At the limit they are still known; beyond it, and long after, they are put aside.
        await app.SetTimeAsync(App.Start.AddDays(tooOldDays));
        await HubMessages.BringAsync(app, batch);
        Assert.Equal((4, 0), (await app.UsedAsync(id), (await LettersAsync(app)).Count));

        foreach (var later in new[] { TimeSpan.FromMilliseconds(2), TimeSpan.FromDays(1), TimeSpan.FromDays(100) })
        {
            await app.SetTimeAsync(App.Start.AddDays(tooOldDays) + later);
            await HubMessages.BringAsync(app, batch);
        }

        Assert.Equal(4, await app.UsedAsync(id));
        var letters = await LettersAsync(app);
        Assert.Equal((4, true), (letters.Count, letters.All(letter => letter.Code == "too_old")));
    }

    [Fact]
    [Rule(10)]
    public async Task Letters_that_could_not_be_kept_are_kept_when_the_batch_comes_again()
    {
        var storage = new RefusingStorage();
        await using var app = new App(azurite, storage: storage);
        var id = await app.OpenAsync();
        storage.Refuses = (request, _) => request.Method == HttpMethod.Post
            && request.RequestUri!.AbsolutePath.EndsWith(TableKeys.DeadLetters, StringComparison.Ordinal)
                ? HttpStatusCode.ServiceUnavailable
                : null;
        var batch = new[] { HubMessages.Plain(1, id), HubMessages.Message(2, "{"), HubMessages.Plain(3, "lic_nobody") };

        await Assert.ThrowsAsync<StoreUnavailableException>(() => HubMessages.BringAsync(app, batch));
        Assert.Equal((1, 0), (await app.UsedAsync(id), (await LettersAsync(app)).Count));

        storage.Refuses = null;
        await HubMessages.BringAsync(app, batch);
        await HubMessages.BringAsync(app, batch);
        Assert.Equal((1, 2), (await app.UsedAsync(id), (await LettersAsync(app)).Count));
    }

    [Fact]
    [Rule(10)]
    public async Task An_event_whose_row_the_storage_does_not_take_is_kept_and_the_rest_counts()
    {
        var storage = new RefusingStorage();
        await using var app = new App(azurite, storage: storage);
        var id = await app.OpenAsync();
        var bad = TableKeys.IdentityOfEvent("evt_37");
        storage.Refuses = (request, body) =>
            request.RequestUri!.AbsolutePath.EndsWith("$batch", StringComparison.Ordinal) && body.Contains(bad, StringComparison.Ordinal)
                ? HttpStatusCode.BadRequest
                : null;
        var batch = Enumerable.Range(0, 60).Select(i => HubMessages.Plain(i, id)).ToArray();

        await HubMessages.BringAsync(app, batch);
        await HubMessages.BringAsync(app, batch);

        Assert.True(storage.Refused > 1);
        Assert.Equal(59, await app.UsedAsync(id));
        var letter = Assert.Single(await LettersAsync(app));
        Assert.Equal(("internal_error", true), (letter.Code, letter.Payload.Contains("\"evt_37\"", StringComparison.Ordinal)));

        // The fault was ours, and once it is mended the event counts.
        storage.Refuses = null;
        await HubMessages.BringAsync(app, batch);
        Assert.Equal(60, await app.UsedAsync(id));
    }

    private static async Task<IReadOnlyList<DeadLetter>> LettersAsync(App app) =>
        (await app.Get<IDeadLetters>().ListAsync(DeadLetterKind.Any, null, 100, default)).Items;
}
