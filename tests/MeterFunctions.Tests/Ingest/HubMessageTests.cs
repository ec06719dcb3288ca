using System.Text;
using Azure.Messaging.EventHubs;
using MeterFunctions.Entities;
using MeterFunctions.Ingest;
using MeterFunctions.Licenses;
using MeterFunctions.Storage;
using MeterFunctions.Tests.Hosting;
using Metering;
using Metering.Api;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace MeterFunctions.Tests.Ingest;

[Collection(StorageCollection.Name)]
public sealed class HubMessageTests(Azurite azurite)
{
    [Fact]
    [Rule(10)]
    public async Task Poison_is_kept_once_and_the_rest_of_the_batch_counts()
    {
        await using var app = new App(azurite);
        var id = await app.OpenAsync();
        EventData[] batch =
        [
            HubMessages.Plain(0, id),
            HubMessages.Message(1, "{"),
            HubMessages.Message(2, "\u0000\u0001"u8.ToArray()),
            HubMessages.Message(3, """{"metric":"calls","quantity":-5}"""),
            HubMessages.Message(4, """{"metric":"calls","tenant_id":"nobody"}"""),
            HubMessages.Message(5, $$"""{"metric":"unknown","license_id":"{{id}}","event_id":"evt_unknown"}"""),
            HubMessages.Message(6, """{"metric":"calls","license_id":"lic_/\\#?","event_id":"evt_hostile"}"""),
            HubMessages.Message(7, ""),
            HubMessages.Plain(8, id),
        ];

        await HubMessages.BringAsync(app, batch);
        await HubMessages.BringAsync(app, batch);

        Assert.Equal(2, await app.UsedAsync(id));
        var letters = (await app.Get<IDeadLetters>().ListAsync(DeadLetterKind.Any, null, 100, default)).Items;
        Assert.Equal(7, letters.Count);
        Assert.Contains(
            letters,
            letter => letter.Code == RefusalCode.FeatureNotAssigned && letter.Payload.Contains("evt_unknown", StringComparison.Ordinal));
        Assert.Contains(
            letters,
            letter => letter.Code == RefusalCode.LicenseNotFound && letter.Payload.Contains("evt_hostile", StringComparison.Ordinal));
        Assert.Null(app.Hub.State("lic_/\\#?"));
    }

    [Fact]
    public async Task CloudEvents_count_in_every_form()
    {
        await using var app = new App(azurite);
        var id = await app.OpenAsync();
        var structured = $$"""{"specversion":"1.0","id":"1","source":"/app","type":"calls","subject":"{{id}}","data":{"quantity":2} }""";
        var typed = HubMessages.Message(2, structured.Replace("\"id\":\"1\"", "\"id\":\"2\"", StringComparison.Ordinal));
        typed.ContentType = "application/cloudevents+json; charset=utf-8";
        var binary = HubMessages.Message(3, """{"quantity":4}""");
        foreach (var (name, value) in
            new Dictionary<string, string> { ["specversion"] = "1.0", ["id"] = "3", ["source"] = "/app", ["type"] = "calls",
            ["subject"] = id })
        {
            binary.Properties["cloudEvents:" + name] = value;
        }

        var array = HubMessages.Message(
            4, $"[{structured.Replace("\"id\":\"1\"", "\"id\":\"4\"", StringComparison.Ordinal)},{structured}]");

        await HubMessages.BringAsync(app, [HubMessages.Message(1, structured), typed, binary, array]);

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
        var binary = HubMessages.Message(2, """{"quantity":2}""");
        foreach (var (name, value) in
            new Dictionary<string, string> { ["specversion"] = "1.0", ["id"] = "1", ["source"] = source, ["type"] = "calls",
            ["subject"] = id })
        {
            binary.Properties["cloudEvents_" + name] = value;
        }

        await HubMessages.BringAsync(app, [HubMessages.Message(1, structured), binary, HubMessages.Message(3, $"[{structured}]")]);

        Assert.Equal(2, await app.UsedAsync(id));
    }

    [Fact]
    public async Task No_message_stops_a_partition()
    {
        await using var app = new App(azurite);
        var id = await app.OpenAsync();
        var deep = string.Concat(Enumerable.Repeat("""{"a":""", 60)) + "1" + new string('}', 60);
        var good = $$"""{"metric":"calls","license_id":"{{id}}","event_id":"EVENT"}""";
        byte[] broken =
        [
            .. Encoding.UTF8.GetBytes($"[{good.Replace("EVENT", "good_1", StringComparison.Ordinal)},"),
            .. "{\"metric\":\""u8,
            0xff,
            0xc3,
            0x28,
            .. "\"},"u8,
            .. Encoding.UTF8.GetBytes($"{good.Replace("EVENT", "good_2", StringComparison.Ordinal)}]")
        ];
        EventData[] batch =
        [
            HubMessages.Message(1, broken),
            HubMessages.Message(2, $$"""{"metric":"calls","license_id":"{{id}}","event_id":"deep","metadata":{{deep}} }"""),
            HubMessages.Message(3, new string('[', 100_000)),
            HubMessages.Message(4, new string('[', 5000) + new string(']', 5000)),
            HubMessages.Message(5, "\ufeff[" + good.Replace("EVENT", "good_3", StringComparison.Ordinal) + "]"),
            HubMessages.Message(6, "\"" + string.Concat(Enumerable.Repeat("\U0001F600", 40_000))),
            HubMessages.Message(7, """{"metric":"\ud800","tenant_id":"\ud800"}"""),
            HubMessages.Message(8, """{"specversion":"1.0","id":"\ud800","source":"/a","type":"calls","subject":"t","data":{"metadata":{"a":"\ud800"}}}"""),
            HubMessages.Message(9, good.Replace("EVENT", "good_4", StringComparison.Ordinal)),
        ];
        var typed = HubMessages.Message(10, "[1,[2],null,{}]");
        typed.ContentType = "application/cloudevents-batch+json";

        await HubMessages.BringAsync(app, [.. batch, typed]);
        await HubMessages.BringAsync(app, [.. batch, typed]);

        Assert.Equal(4, await app.UsedAsync(id));
        var letters = (await app.Get<IDeadLetters>().ListAsync(DeadLetterKind.Any, null, 100, default)).Items;
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
            new EventIntake(
                app.Meters,
                new EventLicenses(directory, app.Get<IMeterClock>(), MeterRules.Default, Options.Create(new ApiOptions())),
                app.Get<RecentEvents>(),
                NullLogger<EventIntake>.Instance),
            app.Get<LicenseWriter>(), app.Get<HubLetters>(),
            app.Get<HostClock>(), MeterRules.Default, app.Get<RecentEvents>(), NullLogger<HubIngest>.Instance);
        var batch = new[] { HubMessages.Plain(1, id), HubMessages.Message(2, """[{"metric":"calls","tenant_id":"t","event_id":"a"},{"metric":"calls","license_id":"ID","event_id":"b"}]""".Replace("ID", id, StringComparison.Ordinal)), HubMessages.Plain(3, id) };

        directory.Fault = new StoreUnavailableException("The storage is lost.");
        await Assert.ThrowsAsync<StoreUnavailableException>(() => ingest.BringAsync(batch, HubMessages.Partition, default));
        Assert.Equal(0, await app.UsedAsync(id));

        directory.Fault = new InvalidOperationException("A bug.");
        await ingest.BringAsync(batch, HubMessages.Partition, default);
        await ingest.BringAsync(batch, HubMessages.Partition, default);

        Assert.Equal(3, await app.UsedAsync(id));
        var letter = Assert.Single((await app.Get<IDeadLetters>().ListAsync(DeadLetterKind.Any, null, 100, default)).Items);
        Assert.Equal(("internal_error", true), (letter.Code, letter.Payload.Contains("\"tenant_id\":\"t\"", StringComparison.Ordinal)));
    }

    [Fact]
    [Rule(10)]
    public async Task A_binary_CloudEvent_that_cannot_be_read_is_kept_as_it_came_and_can_be_tried_again()
    {
        await using var app = new App(azurite);
        var message = HubMessages.Message(1, """{"quantity":4}""");
        foreach (var (name, value) in
            new Dictionary<string, string> { ["specversion"] = "1.0", ["id"] = "3", ["type"] = "calls", ["subject"] = "lic_1" })
        {
            message.Properties["cloudEvents:" + name] = value;
        }

        await HubMessages.BringAsync(app, [message]);

        var letter = Assert.Single((await app.Get<IDeadLetters>().ListAsync(DeadLetterKind.Any, null, 100, default)).Items);
        Assert.StartsWith("/source ", letter.Detail, StringComparison.Ordinal);
        var completed = letter.Payload.Replace("\"id\":", "\"source\":\"/app\",\"id\":", StringComparison.Ordinal);
        var read = CloudEventReader.Read(Encoding.UTF8.GetBytes(completed), 0);
        Assert.Equal(("/app 3", "lic_1", 4m), (read.Event!.EventId, read.Event.LicenseId, read.Event.Quantity));
    }

    [Theory]
    [Rule(10)]
    [InlineData("unknown", "LICENSE", RefusalCode.FeatureNotAssigned)]
    [InlineData("calls", "lic_nobody", RefusalCode.LicenseNotFound)]
    public async Task An_event_is_rejected_for_the_same_reason_on_the_stream_as_in_a_request(string metric, string license, string code)
    {
        await using var app = new App(azurite);
        var id = await app.OpenAsync();
        var licenseId = license.Replace("LICENSE", id, StringComparison.Ordinal);
        var usage = new UsageEvent { EventId = "evt_1", Metric = metric, LicenseId = licenseId, Quantity = 2 };

        await HubMessages.BringAsync(app, [HubMessages.Message(1, EventLetter.Payload(usage))]);
        var request = await app.Get<EventIntake>().TakeAsync([usage with { EventId = "evt_2" }], default);

        var letter = Assert.Single((await app.Get<IDeadLetters>().ListAsync(DeadLetterKind.Any, null, 100, default)).Items);
        var rejected = Assert.Single(request.Rejected);
        Assert.Equal((code, rejected.Code, rejected.Detail), (letter.Code, letter.Code, letter.Detail));
        Assert.Equal(EventLetter.Payload(usage with { OccurredAt = App.Start.AddMilliseconds(1) }), letter.Payload);
    }

    /// <summary>A directory that fails whatever it is asked.</summary>
    private sealed class FaultyDirectory : ILicenseDirectory
    {
        public Exception Fault { get; set; } = new InvalidOperationException();

        public ValueTask<LicenseRecord> AddAsync(LicenseRecord license, CancellationToken cancellationToken) => throw Fault;

        public ValueTask<LicenseRecord> AddAsync(
            LicenseRecord license, LicenseFeatures features, KeyedAnswer? answer, CancellationToken cancellationToken) => throw Fault;

        public ValueTask<LicenseRecord?> ChangeAsync(
            string licenseId, Func<LicenseRecord, LicenseRecord> change, CancellationToken cancellationToken) =>
            throw Fault;

        public ValueTask<LicenseRecord?> FindAsync(string licenseId, CancellationToken cancellationToken) => throw Fault;

        public ValueTask<string?> FindByKeyHashAsync(string keyHash, CancellationToken cancellationToken) => throw Fault;

        public ValueTask<Page<ListedLicense>> ListAsync(string? tenantId, string? cursor, int limit, CancellationToken cancellationToken) =>
            throw Fault;

        public ValueTask<IReadOnlyList<LicenseRecord>> WalkAsync(
            string? tenantId, string? afterId, int limit, CancellationToken cancellationToken) => throw Fault;

        public ValueTask NoteFeaturesAsync(LicenseFeatures features, CancellationToken cancellationToken) => throw Fault;

        public ValueTask<IReadOnlyList<MetricHolder>> HoldersAsync(
            string tenantId, string featureCode, bool haveNow, int most, CancellationToken cancellationToken) => throw Fault;
    }
}
