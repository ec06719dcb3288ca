using System.Net;
using Azure.Identity;
using Azure.Messaging.EventHubs;
using MeterFunctions.Entities;
using MeterFunctions.Ingest;
using MeterFunctions.Storage;
using MeterFunctions.Tests.Hosting;
using Metering;
using Metering.Api;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace MeterFunctions.Tests.Ingest;

[Collection(StorageCollection.Name)]
public sealed class HubIngestTests(Azurite azurite)
{
    [Fact]
    public async Task A_batch_is_counted_without_the_entities()
    {
        await using var app = new App(azurite);
        await app.OpenAsync("lic_a");
        await app.OpenAsync("lic_b");
        var before = app.Hub.Signals;

        await HubMessages.BringAsync(app, Enumerable.Range(0, 60).Select(i => HubMessages.Plain(i, i % 2 == 0 ? "lic_a" : "lic_b")));

        Assert.Equal(0, app.Hub.Signals - before);
        Assert.Equal(30, await app.UsedAsync("lic_a"));
        Assert.Equal(30, await app.UsedAsync("lic_b"));
    }

    [Fact]
    [Rule(8)]
    public async Task A_batch_that_comes_again_counts_nothing_twice()
    {
        await using var app = new App(azurite);
        var id = await app.OpenAsync();
        var batch = Enumerable.Range(0, 20).Select(i => HubMessages.Plain(i, id)).Append(HubMessages.WithoutId(20, id)).ToArray();

        await HubMessages.BringAsync(app, batch);
        await HubMessages.BringAsync(app, batch);
        await HubMessages.BringAsync(app, batch.Reverse());

        Assert.Equal(21, await app.UsedAsync(id));
        Assert.Equal(21, (await app.EntriesAsync(id)).Count(entry => entry.Kind == EntryKind.Recorded));
    }

    [Fact]
    [Rule(8)]
    public async Task The_same_event_on_two_partitions_and_by_HTTP_counts_once()
    {
        await using var app = new App(azurite);
        var id = await app.OpenAsync();

        await HubMessages.BringAsync(app, [HubMessages.Plain(1, id)]);
        await app.Get<HubIngest>().BringAsync([HubMessages.Plain(900, id, eventId: "evt_1")], "usage/1", default);
        var http = await app.Meters.ApplyAsync(
            id, new RecordUse { FeatureCode = Commands.Calls, EventId = "evt_1" }, Once.ByEvent("evt_1"), default);

        Assert.Equal(ApplyStatus.Replayed, http.Status);
        Assert.Equal(1, await app.UsedAsync(id));
    }

    [Fact]
    public async Task A_message_that_overtakes_an_earlier_one_loses_nothing()
    {
        await using var app = new App(azurite);
        var id = await app.OpenAsync();

        await HubMessages.BringAsync(app, Enumerable.Range(50, 10).Select(i => HubMessages.Plain(i, id)));
        await HubMessages.BringAsync(app, Enumerable.Range(40, 15).Select(i => HubMessages.Plain(i, id)));

        Assert.Equal(20, await app.UsedAsync(id));
    }

    [Fact]
    public async Task A_tenant_is_found_by_its_license_that_has_the_metric()
    {
        await using var app = new App(azurite);
        var id = await app.OpenAsync();
        await app.Get<NotedMeters>().NoteAsync(id, default);

        await HubMessages.BringAsync(app, [HubMessages.Message(1, """{"metric":"calls","tenant_id":"tenant_1","quantity":3,"event_id":"a"}""")]);

        Assert.Equal(3, await app.UsedAsync(id));
    }

    [Fact]
    public async Task An_event_that_comes_again_goes_to_the_same_license_whatever_became_of_the_tenants_licenses()
    {
        await using var app = new App(azurite);
        var noted = app.Get<NotedMeters>();
        var first = await app.OpenAsync("lic_b");
        await noted.NoteAsync(first, default);
        EventData[] batch = [HubMessages.Message(1, """{"metric":"calls","tenant_id":"tenant_1","event_id":"a"}"""), HubMessages.Message(2, """{"metric":"calls","tenant_id":"tenant_1"}""")];
        await HubMessages.BringAsync(app, batch);

        await app.SetTimeAsync(App.Start.AddMinutes(1));
        await noted.ApplyAsync("lic_a", Commands.Open("lic_a"), null, default);
        await HubMessages.BringAsync(app, batch);
        Assert.Equal((2, 0), (await app.UsedAsync(first), await app.UsedAsync("lic_a")));

        await app.SetTimeAsync(App.Start.AddMinutes(2));
        await noted.ApplyAsync(first, new UnassignFeature { FeatureCode = Commands.Calls }, null, default);
        await HubMessages.BringAsync(app, batch);
        await noted.ApplyAsync(first, new ChangeLicense { Deleted = true }, null, default);
        await HubMessages.BringAsync(app, batch);
        Assert.Equal((2, 0), (await app.UsedAsync(first), await app.UsedAsync("lic_a")));

        await HubMessages.BringAsync(app, [HubMessages.Message(180_000, """{"metric":"calls","tenant_id":"tenant_1","event_id":"b"}""")]);
        Assert.Equal((2, 1), (await app.UsedAsync(first), await app.UsedAsync("lic_a")));
        Assert.Empty((await app.Get<IDeadLetters>().ListAsync(DeadLetterKind.Any, null, 100, default)).Items);
    }

    [Theory]
    [Rule(10)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Events_count_on_the_license_to_which_another_instance_has_moved_the_metric(bool deletes)
    {
        await using var app = new App(azurite);
        await using var other = new App(azurite, prefix: app.Prefix, hub: app.Hub);
        await app.Get<NotedMeters>().NoteAsync(await app.OpenAsync("lic_a"), default);
        await HubMessages.BringAsync(app, [OfTenant(0)]);

        await app.SetTimeAsync(App.Start.AddMinutes(1));
        await MoveAsync(Commands.Open("lic_b"), "lic_b");
        await MoveAsync(deletes ? new ChangeLicense { Deleted = true } : new UnassignFeature { FeatureCode = Commands.Calls }, "lic_a");
        await app.SetTimeAsync(App.Start.AddMinutes(2));
        EventData[] batch = [OfTenant(61_000), OfTenant(62_000), HubMessages.Plain(63_000, "lic_a"), OfTenant(64_000)];
        await HubMessages.BringAsync(app, batch);
        await HubMessages.BringAsync(app, batch);

        Assert.Equal((1, 3), (await app.UsedAsync("lic_a"), await app.UsedAsync("lic_b")));
        var named = Assert.Single((await app.Get<IDeadLetters>().ListAsync(DeadLetterKind.Any, null, 100, default)).Items);
        Assert.Contains("lic_a", named.Payload, StringComparison.Ordinal);

        // Where no other license is left, the reason is that of the first one.
        await MoveAsync(new UnassignFeature { FeatureCode = Commands.Calls }, "lic_b");
        await app.SetTimeAsync(App.Start.AddMinutes(3));
        await HubMessages.BringAsync(app, [OfTenant(150_000)]);
        var letters = (await app.Get<IDeadLetters>().ListAsync(DeadLetterKind.Any, null, 100, default)).Items;
        Assert.Equal([named.Code, RefusalCode.FeatureNotAssigned], letters.Select(letter => letter.Code));

        static EventData OfTenant(int at) =>
            HubMessages.Message(at, $$"""{"metric":"calls","tenant_id":"tenant_1","event_id":"evt_{{at}}"}""");

        async Task MoveAsync(Command command, string licenseId)
        {
            var result = await other.Get<NotedMeters>().ApplyAsync(licenseId, command, null, default);
            Assert.Equal(ApplyStatus.Applied, result.Status);
        }
    }

    [Fact]
    public async Task Many_events_of_one_license_take_as_many_transactions_as_their_rows_need()
    {
        await using var app = new App(azurite);
        var id = await app.OpenAsync(limit: 100_000);

        await HubMessages.BringAsync(app, Enumerable.Range(0, 450).Select(i => HubMessages.Message(
            i, $$"""{"metric":"calls","license_id":"{{id}}","event_id":"evt_{{i}}","metadata":{"text":"{{new string('x', 300)}}"} }""")));

        Assert.Equal(450, await app.UsedAsync(id));
        Assert.Equal(450, (await app.EntriesAsync(id)).Count(entry => entry.Kind == EntryKind.Recorded));
    }

    [Theory]
    [Rule(10)]
    [InlineData(HttpStatusCode.ServiceUnavailable)]
    [InlineData(HttpStatusCode.Forbidden)]
    [InlineData(HttpStatusCode.NotFound, """{"odata.error":{"code":"TableNotFound"}}""")]
    [InlineData(HttpStatusCode.Conflict, """{"odata.error":{"code":"TableBeingDeleted"}}""")]
    public async Task A_batch_comes_again_while_the_storage_does_not_take_it(HttpStatusCode answer, string body = "")
    {
        await using var app = new App(azurite);
        var id = await app.OpenAsync();
        var storage = new FailingStorage { Status = answer, Body = body };
        await using var broken = new App(azurite, storage: storage, prefix: app.Prefix, hub: app.Hub);
        await broken.UsedAsync(id);
        EventData[] batch = [HubMessages.Plain(1, id), HubMessages.Message(2, "{"), HubMessages.Plain(3, id)];
        storage.Failures = 100_000;

        await Assert.ThrowsAnyAsync<Exception>(() => HubMessages.BringAsync(broken, batch));
        Assert.Equal(0, await app.UsedAsync(id));
        Assert.Empty((await app.Get<IDeadLetters>().ListAsync(DeadLetterKind.Any, null, 100, default)).Items);

        storage.Failures = 0;
        await HubMessages.BringAsync(broken, batch);
        Assert.Equal(2, await app.UsedAsync(id));
        Assert.Single((await app.Get<IDeadLetters>().ListAsync(DeadLetterKind.Any, null, 100, default)).Items);
    }

    [Fact]
    [Rule(10)]
    public async Task A_batch_comes_again_when_the_apps_identity_got_no_token_for_a_moment()
    {
        var storage = new RefusingStorage();
        await using var app = new App(azurite, storage: storage);
        await app.SetTimeAsync(App.Start);
        await using (var other = new App(azurite, prefix: app.Prefix))
        {
            await other.OpenAsync("lic_1");
        }

        // For the license only: by the time that a letter would be kept, there are tokens again.
        storage.Refuses = (request, _) =>
            request.Method == HttpMethod.Get && request.RequestUri!.AbsolutePath.Contains(TableKeys.Meters, StringComparison.Ordinal)
                ? throw new AuthenticationFailedException("The identity's endpoint throttles.")
                : null;
        EventData[] batch = [HubMessages.Plain(1, "lic_1"), HubMessages.Plain(2, "lic_1")];

        await Assert.ThrowsAsync<StoreUnavailableException>(() => HubMessages.BringAsync(app, batch));

        storage.Refuses = null;
        await HubMessages.BringAsync(app, batch);
        Assert.Equal(2, await app.UsedAsync("lic_1"));
        Assert.Empty((await app.Get<IDeadLetters>().ListAsync(DeadLetterKind.Any, null, 100, default)).Items);
    }

    [Theory]
    [InlineData("PartitionContext", """{"PartitionId":"3","EventHubName":"usage","ConsumerGroup":"c"}""", "usage/3")]
    [InlineData("TriggerPartitionContext", """{"PartitionId":"3","EventHubName":"usage"}""", "usage/3")]
    [InlineData("PartitionContext", "3", null)]
    [InlineData("Other", "{}", null)]
    public void The_partition_is_as_the_host_says(string name, string value, string? expected) =>
        Assert.Equal(expected, HubPartition.Of(new Dictionary<string, object?> { [name] = value }));
}
