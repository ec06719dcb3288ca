using System.Globalization;
using System.Text;
using System.Text.Json;
using Azure.Messaging.EventHubs;
using FsCheck;
using FsCheck.Fluent;
using MeterFunctions.Ingest;
using Metering;
using Metering.Api;
using Metering.Api.Tests;
using Metering.Tests.Support;

namespace MeterFunctions.Tests.Ingest;

/// <summary>What is put on the hub is read as the same event, and what is written of a message by hand is the serializer's.</summary>
public sealed class HubEventProperties
{
    private const int Cases = 500;

    private static readonly DateTimeOffset Start = new(2026, 11, 21, 10, 0, 0, TimeSpan.Zero);

    private static Gen<string> Ids => from text in Gen.Elements("a", "\"é\\", "<&>'+", "\ud83d\ude00", "/~ ?#") from number in Gen.Choose(0, 99) select text + number;

    private static Gen<string?> Optional => from text in Ids from isNull in Gen.Elements(true, false) select isNull ? null : text;

    private static Gen<UsageEvent> Events =>
        from id in Ids
        from tenant in Optional
        from license in Ids
        from key in Optional
        from user in Optional
        from quantity in Samples.Amounts
        from milliseconds in Gen.Elements<int?>(null, 0, 5, 500)
        from metadata in AnyText.Json(2)
        from hasMetadata in Gen.Elements(true, false)
        select new UsageEvent
        {
            EventId = id, Metric = "calls", TenantId = tenant, LicenseId = tenant is null ? license : null, Quantity = quantity, Key = key,
            UserId = user, OccurredAt = milliseconds is { } some ? Start.AddMilliseconds(some) : null,
            Metadata = hasMetadata ? JsonDocument.Parse($$"""{"a":{{metadata}}}""").RootElement : null,
        };

    private static Gen<object> Values =>
        from kind in Gen.Choose(0, 3)
        from text in AnyText.Any
        from number in Gen.Choose(-5, 5)
        let at = Start.AddMilliseconds(number)
        select kind switch { 0 => number, 1 => at.UtcDateTime, 2 => at, _ => (object)text };

    // Without a type, so that it can't be read and is kept.
    private static Gen<EventData> Unreadable =>
        from version in Gen.Elements<object>("1.0", "0.3", 1)
        from id in Values
        from source in Values
        from extension in Values
        from prefix in Gen.Elements("cloudEvents:", "cloudEvents_")
        from data in AnyText.Json(2)
        from hasData in Gen.Elements(true, false)
        select Message(
            hasData ? data : "",
            (prefix + "specversion", version), (prefix + "id", id), (prefix + "source", source), (prefix + "extension", extension),
            ("another", id));

    [Fact]
    [Rule(10)]
    public void An_event_that_is_put_on_the_hub_is_read_as_the_same_event() => Samples.Check("hub events", Cases, Events, usage =>
    {
        var read = Assert.Single(HubEvents.Read(Message(EventLetter.Payload(usage))));
        Assert.Null(read.Problem);
        AssertSame(usage, read.Event!);
    });

    [Fact]
    public void An_array_of_events_is_read_as_each_of_them() =>
        Samples.Check("hub batches", Cases / 5, Gen.ListOf(Events), events =>
        {
            var read = HubEvents.Read(Message($"[{string.Join(" ,\n", events.Select(EventLetter.Payload))}]"));
            Assert.Equal(events.Count, read.Count);
            for (var i = 0; i < events.Count; i++)
            {
                AssertSame(events[i] with { Index = i }, read[i].Event!);
            }
        });

    [Fact]
    [Rule(10)]
    public void A_binary_CloudEvent_that_cannot_be_read_is_kept_as_the_serializer_writes_it_and_is_wrong_in_the_same_way_there() =>
        Samples.Check("binary events", Cases, Unreadable, message =>
        {
            var read = Assert.Single(HubEvents.Read(message));
            var members = message.Properties.Where(property => property.Key.StartsWith("cloudEvents", StringComparison.Ordinal))
                .ToDictionary(property => property.Key["cloudEvents:".Length..], property => (object)Text(property.Value));
            if (message.EventBody.ToMemory() is { IsEmpty: false } body)
            {
                members.Add("data_base64", body.ToArray());
            }

            Assert.Equal(JsonSerializer.Serialize(members), read.Raw);
            var again = CloudEventReader.Read(Encoding.UTF8.GetBytes(read.Raw!), 0);
            Assert.Equal(read.Problem!.Code, again.Problem!.Code);
            Assert.Equal(read.Problem.Errors.AsEnumerable(), again.Problem.Errors.AsEnumerable());
        });

    [Fact]
    public void The_partition_is_read_of_what_the_host_serializes() =>
        Samples.Check(
            "partitions", Cases, from hub in AnyText.Any from partition in AnyText.Any from other in AnyText.Json(1) select (hub, partition, other),
            sample =>
            {
                var json = JsonSerializer.Serialize(new
                {
                    FullyQualifiedNamespace = sample.other, EventHubName = sample.hub, ConsumerGroup = "$Default", PartitionId = sample.partition,
                });
                Assert.Equal(
                    $"{sample.hub}/{sample.partition}", HubPartition.Of(new Dictionary<string, object?> { ["PartitionContext"] = json }));
            });

    private static EventData Message(string body, params (string Name, object Value)[] properties)
    {
        var message = new EventData(body);
        foreach (var (name, value) in properties)
        {
            message.Properties[name] = value;
        }

        return message;
    }

    private static string Text(object value) => value switch
    {
        DateTime at => at.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
        DateTimeOffset at => Text(at.UtcDateTime),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    // A document is not equal to another one that says the same.
    private static void AssertSame(UsageEvent expected, UsageEvent actual)
    {
        Assert.Equal(expected with { Metadata = null }, actual with { Metadata = null });
        Assert.Equal(expected.Metadata is null, actual.Metadata is null);
        Assert.True(expected.Metadata is null || JsonElement.DeepEquals(expected.Metadata.Value, actual.Metadata!.Value));
    }
}
