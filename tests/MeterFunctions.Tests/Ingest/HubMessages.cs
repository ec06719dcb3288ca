using System.Text;
using Azure.Messaging.EventHubs;
using MeterFunctions.Ingest;
using MeterFunctions.Tests.Hosting;

namespace MeterFunctions.Tests.Ingest;

/// <summary>Messages of a hub's partition, and their way in.</summary>
internal static class HubMessages
{
    public const string Partition = "usage/0";

    public static Task BringAsync(App app, IEnumerable<EventData> messages) =>
        app.Get<HubIngest>().BringAsync([.. messages], Partition, default);

    public static EventData Plain(long sequence, string licenseId, string? eventId = null) =>
        Message(sequence, $$"""{"metric":"calls","license_id":"{{licenseId}}","quantity":1,"event_id":"{{eventId ?? $"evt_{sequence}"}}"}""");

    public static EventData WithoutId(long sequence, string licenseId, DateTimeOffset enqueued) =>
        Message(sequence, Encoding.UTF8.GetBytes($$"""{"metric":"calls","license_id":"{{licenseId}}"}"""), enqueued);

    public static EventData WithoutId(long sequence, string licenseId) => Message(sequence, $$"""{"metric":"calls","license_id":"{{licenseId}}"}""");

    public static EventData Message(long sequence, string body) => Message(sequence, Encoding.UTF8.GetBytes(body));

    public static EventData Message(long sequence, byte[] body) => Message(sequence, body, App.Start.AddMilliseconds(sequence));

    public static EventData Message(long sequence, byte[] body, DateTimeOffset enqueued) => EventHubsModelFactory.EventData(
        new BinaryData(body), sequenceNumber: sequence, offsetString: $"{sequence * 100}", enqueuedTime: enqueued);
}
