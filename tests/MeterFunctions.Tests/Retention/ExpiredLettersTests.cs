using MeterFunctions.Retention;
using MeterFunctions.Tests.Hosting;
using MeterFunctions.Tests.Storage;
using Metering;
using Metering.Api;
using Microsoft.Extensions.Logging;

namespace MeterFunctions.Tests.Retention;

/// <summary>How long dead letters are kept.</summary>
[Collection(StorageCollection.Name)]
public sealed class ExpiredLettersTests(Azurite azurite)
{
    [Fact]
    public async Task Letters_that_are_older_than_the_ledger_may_be_go_and_the_younger_stay()
    {
        using var log = new LogRecords();
        await using var app = new App(azurite, RetentionRun.Settings);
        app.Get<ILoggerFactory>().AddProvider(log);
        var (letters, first) = (app.Get<IDeadLetters>(), RetentionRun.Day(40).AddHours(-1));
        DeadLetter[] young =
        [
            // The hub took its event long before it came.
            EventLetter.Failed("{}", first, EventLetter.IdOf(App.Start.ToUnixTimeMilliseconds(), "hub 1")),
            EventLetter.Failed("{}", first),
            EventLetter.Failed("{}", RetentionRun.Day(60)),
        ];
        await letters.AddAsync(
            [.. Enumerable.Range(1, 150).Select(i => EventLetter.Failed("{}", first.AddMilliseconds(-i))), .. young], default);
        await app.SetTimeAsync(RetentionRun.Day(60));

        var steps = await SweepAsync(app, maxRequests: 2);

        var left = (await letters.ListAsync(DeadLetterKind.Any, null, 1000, default)).Items;
        Assert.Equal(young.Select(letter => letter.Id), left.Select(letter => letter.Id));
        Assert.InRange(steps, 3, 6);
        Assert.Equal(
            [
                "100 dead letters were removed: they were older than 20 days. Retry or remove them earlier.",
                "50 dead letters were removed: they were older than 20 days. Retry or remove them earlier.",
            ],
            log.Texts.Where(text => text.Contains("dead letters", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_letter_that_is_retried_while_old_ones_are_removed_keeps_none_of_them()
    {
        using var storage = new Interleaved();
        await using var app = new App(azurite, RetentionRun.Settings, storage);
        await using var other = new App(azurite, RetentionRun.Settings, prefix: app.Prefix);
        await other.SetTimeAsync(RetentionRun.Day(60));
        var letters = other.Get<IDeadLetters>();
        for (var (request, met) = (1, true); met; request++)
        {
            var (retried, old) = (EventLetter.Failed("{}", App.Start), EventLetter.Failed("{}", App.Start.AddDays(1)));
            await letters.AddAsync([retried, old], default);
            storage.Meet(request, losesAnswer: false, () => letters.RemoveAsync(retried.Id, default).AsTask());

            await SweepAsync(app, RetentionWalk.MaxRequests);

            met = storage.Disarm();
            Assert.Empty((await letters.ListAsync(DeadLetterKind.Any, null, 10, default)).Items);
        }
    }

    private static async Task<int> SweepAsync(App app, int maxRequests)
    {
        var steps = 0;
        for (var work = RetentionWork.Start; work is not null; steps++)
        {
            work = await app.Get<RetentionWalk>().StepAsync(work, maxRequests, default);
        }

        return steps;
    }
}
