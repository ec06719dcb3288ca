using System.Text;
using Azure.Messaging.EventHubs;
using MeterFunctions.Entities;
using MeterFunctions.Ingest;
using MeterFunctions.Tests.Hosting;
using Metering;
using Metering.Api;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace MeterFunctions.Tests.Ingest;

[Collection(StorageCollection.Name)]
public sealed class HubIngestTests(Azurite azurite)
{
    private const string Partition = "usage/0";

    [Fact]
    public async Task A_batch_is_one_signal_for_each_license()
    {
        await using var app = new App(azurite);
        await app.OpenAsync("lic_a");
        await app.OpenAsync("lic_b");
        var before = app.Hub.Signals;

        await BringAsync(app, Enumerable.Range(0, 60).Select(i => Plain(i, i % 2 == 0 ? "lic_a" : "lic_b")));

        Assert.Equal(2, app.Hub.Signals - before);
        Assert.Equal(30, await app.UsedAsync("lic_a"));
        Assert.Equal(30, await app.UsedAsync("lic_b"));
    }

    [Fact]
    [Rule(8)]
    public async Task A_batch_that_comes_again_counts_nothing_twice()
    {
        await using var app = new App(azurite);
        var id = await app.OpenAsync();
        var batch = Enumerable.Range(0, 20).Select(i => Plain(i, id)).Append(WithoutId(20, id)).ToArray();

        await BringAsync(app, batch);
        await BringAsync(app, batch);
        await BringAsync(app, batch.Reverse());

        Assert.Equal(21, await app.UsedAsync(id));
        Assert.Equal(21, (await app.EntriesAsync(id)).Count(entry => entry.Kind == EntryKind.Recorded));
    }

    [Fact]
    [Rule(8)]
    public async Task The_same_event_on_two_partitions_and_by_HTTP_counts_once()
    {
        await using var app = new App(azurite);
        var id = await app.OpenAsync();

        await BringAsync(app, [Plain(1, id)]);
        await app.Get<HubIngest>().BringAsync([Plain(900, id, eventId: "evt_1")], "usage/1", default);
        var http = await app.Meters.ApplyAsync(id, new RecordUse { FeatureCode = Commands.Calls, EventId = "evt_1" }, Once.ByEvent("evt_1"), default);

        Assert.Equal(ApplyStatus.Replayed, http.Status);
        Assert.Equal(1, await app.UsedAsync(id));
    }

    [Fact]
    public async Task A_signal_that_overtakes_an_earlier_one_loses_nothing()
    {
        await using var app = new App(azurite);
        var id = await app.OpenAsync();

        await BringAsync(app, Enumerable.Range(50, 10).Select(i => Plain(i, id)));
        await BringAsync(app, Enumerable.Range(40, 15).Select(i => Plain(i, id)));

        Assert.Equal(20, await app.UsedAsync(id));
    }

    [Fact]
    [Rule(10)]
    public async Task Poison_is_kept_once_and_the_rest_of_the_batch_counts()
    {
        await using var app = new App(azurite);
        var id = await app.OpenAsync();
        EventData[] batch =
        [
            Plain(0, id),
            Message(1, "{"),
            Message(2, "\u0000\u0001"u8.ToArray()),
            Message(3, """{"metric":"calls","quantity":-5}"""),
            Message(4, """{"metric":"calls","tenant_id":"nobody"}"""),
            Message(5, $$"""{"metric":"unknown","license_id":"{{id}}","event_id":"evt_unknown"}"""),
            Message(6, """{"metric":"calls","license_id":"lic_/\\#?","event_id":"evt_hostile"}"""),
            Message(7, ""),
            Plain(8, id),
        ];

        await BringAsync(app, batch);
        await BringAsync(app, batch);

        Assert.Equal(2, await app.UsedAsync(id));
        var letters = (await app.Get<IDeadLetters>().ListAsync(null, 100, default)).Items;
        Assert.Equal(7, letters.Count);
        Assert.Contains(letters, letter => letter.Code == RefusalCode.FeatureNotAssigned && letter.Payload.Contains("evt_unknown", StringComparison.Ordinal));
        Assert.Contains(letters, letter => letter.Code == RefusalCode.LicenseNotFound && letter.Payload.Contains("evt_hostile", StringComparison.Ordinal));
        Assert.Null(app.Hub.State("lic_/\\#?"));
    }

    [Fact]
    public async Task CloudEvents_count_in_every_form()
    {
        await using var app = new App(azurite);
        var id = await app.OpenAsync();
        var structured = $$"""{"specversion":"1.0","id":"1","source":"/app","type":"calls","subject":"{{id}}","data":{"quantity":2} }""";
        var typed = Message(2, structured.Replace("\"id\":\"1\"", "\"id\":\"2\"", StringComparison.Ordinal));
        typed.ContentType = "application/cloudevents+json; charset=utf-8";
        var binary = Message(3, """{"quantity":4}""");
        foreach (var (name, value) in new Dictionary<string, string> { ["specversion"] = "1.0", ["id"] = "3", ["source"] = "/app", ["type"] = "calls", ["subject"] = id })
        {
            binary.Properties["cloudEvents:" + name] = value;
        }

        var array = Message(4, $"[{structured.Replace("\"id\":\"1\"", "\"id\":\"4\"", StringComparison.Ordinal)},{structured}]");

        await BringAsync(app, [Message(1, structured), typed, binary, array]);

        Assert.Equal(2 + 2 + 4 + 2, await app.UsedAsync(id));
    }

    [Theory]
    [InlineData("https://example.com/a%20b?x=y")]
    [InlineData("urn:example:caf%C3%A9/%2F")]
    public async Task A_CloudEvent_with_an_escape_in_its_source_counts_once_in_all_forms(string source)
    {
        await using var app = new App(azurite);
        var id = await app.OpenAsync();
        var structured = $$"""{"specversion":"1.0","id":"1","source":"{{source}}","type":"calls","subject":"{{id}}","data":{"quantity":2} }""";
        var binary = Message(2, """{"quantity":2}""");
        foreach (var (name, value) in new Dictionary<string, string> { ["specversion"] = "1.0", ["id"] = "1", ["source"] = source, ["type"] = "calls", ["subject"] = id })
        {
            binary.Properties["cloudEvents_" + name] = value;
        }

        await BringAsync(app, [Message(1, structured), binary, Message(3, $"[{structured}]")]);

        Assert.Equal(2, await app.UsedAsync(id));
    }

    [Fact]
    public async Task A_tenant_is_found_by_its_license_that_has_the_metric()
    {
        await using var app = new App(azurite);
        var id = await app.OpenAsync();
        await app.Get<NotedMeters>().NoteAsync(id, default);

        await BringAsync(app, [Message(1, """{"metric":"calls","tenant_id":"tenant_1","quantity":3,"event_id":"a"}""")]);

        Assert.Equal(3, await app.UsedAsync(id));
    }

    [Fact]
    public async Task An_event_that_comes_again_goes_to_the_same_license_whatever_became_of_the_tenants_licenses()
    {
        await using var app = new App(azurite);
        var noted = app.Get<NotedMeters>();
        var first = await app.OpenAsync("lic_b");
        await noted.NoteAsync(first, default);
        EventData[] batch = [Message(1, """{"metric":"calls","tenant_id":"tenant_1","event_id":"a"}"""), Message(2, """{"metric":"calls","tenant_id":"tenant_1"}""")];
        await BringAsync(app, batch);

        await app.SetTimeAsync(App.Start.AddMinutes(1));
        await noted.ApplyAsync("lic_a", Commands.Open("lic_a"), null, default);
        await BringAsync(app, batch);
        Assert.Equal((2, 0), (await app.UsedAsync(first), await app.UsedAsync("lic_a")));

        await app.SetTimeAsync(App.Start.AddMinutes(2));
        await noted.ApplyAsync(first, new UnassignFeature { FeatureCode = Commands.Calls }, null, default);
        await BringAsync(app, batch);
        await noted.ApplyAsync(first, new ChangeLicense { Deleted = true }, null, default);
        await BringAsync(app, batch);
        Assert.Equal((2, 0), (await app.UsedAsync(first), await app.UsedAsync("lic_a")));

        await BringAsync(app, [Message(180_000, """{"metric":"calls","tenant_id":"tenant_1","event_id":"b"}""")]);
        Assert.Equal((2, 1), (await app.UsedAsync(first), await app.UsedAsync("lic_a")));
        Assert.Empty((await app.Get<IDeadLetters>().ListAsync(null, 100, default)).Items);
    }

    [Fact]
    public async Task No_message_stops_a_partition()
    {
        await using var app = new App(azurite);
        var id = await app.OpenAsync();
        var deep = string.Concat(Enumerable.Repeat("""{"a":""", 60)) + "1" + new string('}', 60);
        var good = $$"""{"metric":"calls","license_id":"{{id}}","event_id":"EVENT"}""";
        byte[] broken = [.. Encoding.UTF8.GetBytes($"[{good.Replace("EVENT", "good_1", StringComparison.Ordinal)},"), .. "{\"metric\":\""u8, 0xff, 0xc3, 0x28, .. "\"},"u8, .. Encoding.UTF8.GetBytes($"{good.Replace("EVENT", "good_2", StringComparison.Ordinal)}]")];
        EventData[] batch =
        [
            Message(1, broken),
            Message(2, $$"""{"metric":"calls","license_id":"{{id}}","event_id":"deep","metadata":{{deep}} }"""),
            Message(3, new string('[', 100_000)),
            Message(4, new string('[', 5000) + new string(']', 5000)),
            Message(5, "\ufeff[" + good.Replace("EVENT", "good_3", StringComparison.Ordinal) + "]"),
            Message(6, "\"" + string.Concat(Enumerable.Repeat("\U0001F600", 40_000))),
            Message(7, """{"metric":"\ud800","tenant_id":"\ud800"}"""),
            Message(8, """{"specversion":"1.0","id":"\ud800","source":"/a","type":"calls","subject":"t","data":{"metadata":{"a":"\ud800"}}}"""),
            Message(9, good.Replace("EVENT", "good_4", StringComparison.Ordinal)),
        ];
        var typed = Message(10, "[1,[2],null,{}]");
        typed.ContentType = "application/cloudevents-batch+json";

        await BringAsync(app, [.. batch, typed]);
        await BringAsync(app, [.. batch, typed]);

        Assert.Equal(4, await app.UsedAsync(id));
        var letters = (await app.Get<IDeadLetters>().ListAsync(null, 100, default)).Items;
        Assert.Equal(1 + 1 + 1 + 1 + 1 + 2 + 4, letters.Count);
        Assert.Contains(letters, letter => letter.Detail.StartsWith("/metadata/a/a", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_fault_of_ours_keeps_the_message_and_a_lost_storage_brings_the_batch_again()
    {
        await using var app = new App(azurite);
        var id = await app.OpenAsync();
        var directory = new FaultyDirectory();
        var ingest = new HubIngest(
            new EventIntake(app.Meters, new EventLicenses(directory, app.Get<IMeterClock>(), Options.Create(new ApiOptions())), NullLogger<EventIntake>.Instance),
            app.Get<EntityMessages>(), app.Get<IDeadLetters>(),
            TimeProvider.System, NullLogger<HubIngest>.Instance);
        var batch = new[] { Plain(1, id), Message(2, """[{"metric":"calls","tenant_id":"t","event_id":"a"},{"metric":"calls","license_id":"ID","event_id":"b"}]""".Replace("ID", id, StringComparison.Ordinal)), Plain(3, id) };

        directory.Fault = new StoreUnavailableException("The storage is lost.");
        await Assert.ThrowsAsync<StoreUnavailableException>(() => ingest.BringAsync(batch, Partition, default));
        Assert.Equal(0, await app.UsedAsync(id));

        directory.Fault = new InvalidOperationException("A bug.");
        await ingest.BringAsync(batch, Partition, default);
        await ingest.BringAsync(batch, Partition, default);

        Assert.Equal(3, await app.UsedAsync(id));
        var letter = Assert.Single((await app.Get<IDeadLetters>().ListAsync(null, 100, default)).Items);
        Assert.Equal(("internal_error", true), (letter.Code, letter.Payload.Contains("\"tenant_id\":\"t\"", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Many_events_of_one_license_go_in_signals_of_bounded_size()
    {
        await using var app = new App(azurite);
        var id = await app.OpenAsync(limit: 100_000);
        app.Hub.Holds = true;

        await BringAsync(app, Enumerable.Range(0, 450).Select(i => Message(
            i, $$"""{"metric":"calls","license_id":"{{id}}","event_id":"evt_{{i}}","metadata":{"text":"{{new string('x', 300)}}"} }""")));

        Assert.True(app.Hub.Held.Count >= 5);
        Assert.All(app.Hub.Held, signal => Assert.InRange(signal.Input.Length, 1, 45 * 1024));
        await app.Hub.DeliverAsync();
        Assert.Equal(450, await app.UsedAsync(id));
    }

    [Fact]
    public async Task Events_wait_in_the_task_hub_while_the_storage_is_lost()
    {
        await using var app = new App(azurite);
        var id = await app.OpenAsync();
        app.Hub.Holds = true;
        await BringAsync(app, [Plain(1, id), Plain(2, id)]);
        var storage = new FailingStorage { Failures = 100_000 };
        await using var broken = new App(azurite, new() { ["Metering:TestClock"] = "false" }, storage, app.Prefix, app.Hub);

        await app.Hub.DeliverAsync();
        Assert.Equal(0, await app.UsedAsync(id));
        var postponed = Assert.Single(app.Hub.Postponed);
        Assert.NotNull(postponed.At);

        storage.Failures = 0;
        await app.Hub.RunAsync(postponed.Id, postponed.Operation, postponed.Input);
        Assert.Equal(2, await app.UsedAsync(id));
    }

    [Fact]
    [Rule(8)]
    public async Task A_crash_in_the_middle_of_a_batch_counts_each_event_once()
    {
        await using var app = new App(azurite);
        var id = await app.OpenAsync();
        app.Hub.Crashes = 2;

        await BringAsync(app, Enumerable.Range(0, 90).Select(i => Plain(i, id)));

        Assert.Equal(90, await app.UsedAsync(id));
        Assert.Equal(90, (await app.EntriesAsync(id)).Count(entry => entry.Kind == EntryKind.Recorded));
    }

    [Theory]
    [InlineData("PartitionContext", """{"PartitionId":"3","EventHubName":"usage","ConsumerGroup":"c"}""", "usage/3")]
    [InlineData("TriggerPartitionContext", """{"PartitionId":"3","EventHubName":"usage"}""", "usage/3")]
    [InlineData("PartitionContext", "3", null)]
    [InlineData("Other", "{}", null)]
    public void The_partition_is_as_the_host_says(string name, string value, string? expected) =>
        Assert.Equal(expected, HubPartition.Of(new Dictionary<string, object?> { [name] = value }));

    /// <summary>A directory that fails whatever it is asked.</summary>
    private sealed class FaultyDirectory : ILicenseDirectory
    {
        public Exception Fault { get; set; } = new InvalidOperationException();

        public ValueTask<LicenseRecord> AddAsync(LicenseRecord license, CancellationToken cancellationToken) => throw Fault;

        public ValueTask<LicenseRecord?> ChangeAsync(string licenseId, Func<LicenseRecord, LicenseRecord> change, CancellationToken cancellationToken) =>
            throw Fault;

        public ValueTask<LicenseRecord?> FindAsync(string licenseId, CancellationToken cancellationToken) => throw Fault;

        public ValueTask<string?> FindByKeyHashAsync(string keyHash, CancellationToken cancellationToken) => throw Fault;

        public ValueTask<Page<LicenseRecord>> ListAsync(string? tenantId, string? cursor, int limit, CancellationToken cancellationToken) => throw Fault;

        public ValueTask NoteFeaturesAsync(LicenseFeatures features, CancellationToken cancellationToken) => throw Fault;

        public ValueTask<IReadOnlyList<MetricHolder>> HoldersAsync(string tenantId, string featureCode, CancellationToken cancellationToken) => throw Fault;
    }

    private static Task BringAsync(App app, IEnumerable<EventData> messages) => app.Get<HubIngest>().BringAsync([.. messages], Partition, default);

    private static EventData Plain(long sequence, string licenseId, string? eventId = null) =>
        Message(sequence, $$"""{"metric":"calls","license_id":"{{licenseId}}","quantity":1,"event_id":"{{eventId ?? $"evt_{sequence}"}}"}""");

    private static EventData WithoutId(long sequence, string licenseId) => Message(sequence, $$"""{"metric":"calls","license_id":"{{licenseId}}"}""");

    private static EventData Message(long sequence, string body) => Message(sequence, Encoding.UTF8.GetBytes(body));

    private static EventData Message(long sequence, byte[] body) => EventHubsModelFactory.EventData(
        new BinaryData(body), sequenceNumber: sequence, offsetString: $"{sequence * 100}", enqueuedTime: App.Start.AddMilliseconds(sequence));
}
