using System.Text.Json;
using System.Text.Json.Serialization;
using Azure.Messaging.EventHubs;
using Azure.Messaging.EventHubs.Producer;
using Metering.Client;

namespace Samples.IotProducer;

/// <summary>To Event Hubs, which the Functions app reads: each message is one event as JSON.</summary>
internal sealed class HubSender(string connection) : IReadingSender
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private readonly EventHubProducerClient _hub = new(connection);

    public long Waiting => 0;

    /// <summary>A reading as a message.</summary>
    public static EventData Message(UsageEvent reading) =>
        new(JsonSerializer.SerializeToUtf8Bytes(reading with { OccurredAt = reading.OccurredAt ?? DateTimeOffset.UtcNow }, Json))
        {
            ContentType = "application/json",
        };

    public async Task SendAsync(IReadOnlyList<UsageEvent> readings)
    {
        // One partition per customer keeps its readings in order, and puts those of a license into few batches.
        foreach (var customer in readings.GroupBy(reading => reading.TenantId))
        {
            var options = new CreateBatchOptions { PartitionKey = customer.Key };
            var batch = await _hub.CreateBatchAsync(options);
            foreach (var message in customer.Select(Message))
            {
                if (!batch.TryAdd(message))
                {
                    await SendAsync(batch);
                    batch = await _hub.CreateBatchAsync(options);
                    _ = batch.TryAdd(message);
                }
            }

            await SendAsync(batch);
        }
    }

    // What was sent has arrived.
    public Task FlushAsync() => Task.CompletedTask;

    public ValueTask DisposeAsync() => _hub.DisposeAsync();

    private async Task SendAsync(EventDataBatch batch)
    {
        using (batch)
        {
            await _hub.SendAsync(batch);
        }
    }
}
