using System.Net;
using System.Text.Json;
using MeterFunctions.Entities;
using MeterFunctions.Tests.Hosting;
using MeterFunctions.Tests.Storage;
using MeterFunctions.Turns;
using Metering;

namespace MeterFunctions.Tests.Entities;

/// <summary>What a caller was told stays so, whatever ends or runs again after it.</summary>
[Collection(StorageCollection.Name)]
public sealed class ToldOnceTests(Azurite azurite)
{
    [Fact]
    public async Task What_was_told_to_be_refused_does_not_count_when_its_message_runs_again_in_another_instance()
    {
        await using var app = new App(azurite);
        var id = await app.OpenAsync(limit: 5);
        await using var other = new App(azurite, prefix: app.Prefix);
        CommandMessage Message(long number, params PendingCommand[] commands) =>
            new(id, app.Get<AnswersHere>().Instance, number, [.. commands]);

        // One of which a part counts, and one of which all is refused.
        var both = Message(1, Pending("a"), Pending("b"));
        var refused = Message(2, Pending("c"));
        var waiting = both.Commands.Concat(refused.Commands).Select(one => app.Get<AnswersHere>().Wait(one.Id)).ToList();
        await RunAsync(app, both);
        await RunAsync(app, refused);
        var answers = await Task.WhenAll(waiting);
        Assert.IsType<UsageAnswer>(answers[0].Answer);
        Assert.All(answers[1..], answer => Assert.IsType<Refusal>(answer.Answer));
        var grant = await other.Meters.ApplyAsync(id, new AddGrant { FeatureCode = Commands.Calls, Amount = 100 }, null, default);
        Assert.Equal(ApplyStatus.Applied, grant.Status);

        foreach (var instance in new[] { app, other })
        {
            await RunAsync(instance, both);
            await RunAsync(instance, refused);
        }

        // What is sent anew counts, whichever key it has.
        Assert.Equal(3, await app.UsedAsync(id));
        await RunAsync(other, Message(3, Pending("b")));
        Assert.Equal(6, await app.UsedAsync(id));

        static PendingCommand Pending(string key) => PendingCommand.New(Commands.Consume(3), Commands.Key(key));

        static async Task RunAsync(App on, CommandMessage message) => await on.Hub.Counter!.RunAsync(new EntityRun(
            LicenseCounter.IdOf(message.LicenseId),
            LicenseCounter.Apply,
            JsonSerializer.Serialize(message, CounterJson.Default.CommandMessage),
            state: null));
    }

    [Fact]
    public async Task Those_whose_transaction_was_done_are_told_so_when_the_storage_is_lost_before_the_next_one()
    {
        using var storage = new Interleaved();
        await using var app = new App(azurite, new() { ["Metering:Turns"] = "WhenContended", ["Metering:TestClock"] = "false" }, storage);
        var id = "lic_1";
        await app.Meters.ApplyAsync(id, Commands.Open(id), null, default);
        storage.BreakAt(2);

        var results = await app.Meters.ApplyAsync(
            id, [.. Enumerable.Range(0, 120).Select(_ => new RequestedCommand(Commands.Consume(), null))], default);

        storage.Mend();
        Assert.InRange(results.Count(result => result.Status == ApplyStatus.Applied), 1, 119);
        Assert.All(results, result => Assert.True(result.Status is ApplyStatus.Applied or ApplyStatus.Busy));
        Assert.Equal(results.Count(result => result.Status == ApplyStatus.Applied), await app.UsedAsync(id));
    }

    [Fact]
    public async Task Those_whose_transaction_was_done_are_told_so_when_the_next_one_meets_a_fault_of_ours()
    {
        using var storage = new RefusingStorage();
        await using var app = new App(azurite, new() { ["Metering:MaxMessageCommands"] = "64" }, storage);
        var id = await app.OpenAsync();
        var commits = 0;
        storage.Refuses = (request, _) =>
            request.RequestUri!.AbsolutePath.EndsWith("$batch", StringComparison.Ordinal) && ++commits > 1 ? HttpStatusCode.BadRequest : null;

        var results = await app.Meters.ApplyAsync(
            id, [.. Enumerable.Range(0, 64).Select(_ => new RequestedCommand(Commands.Consume(), null))], default);

        storage.Refuses = null;
        Assert.InRange(results.Count(result => result.Status == ApplyStatus.Applied), 1, 63);
        Assert.All(results, result => Assert.True(result.Status is ApplyStatus.Applied or ApplyStatus.Failed));
        Assert.Equal(results.Count(result => result.Status == ApplyStatus.Applied), await app.UsedAsync(id));
    }
}
