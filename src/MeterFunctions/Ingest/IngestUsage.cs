using Azure.Messaging.EventHubs;
using MeterFunctions.Orchestrations;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace MeterFunctions.Ingest;

/// <summary>Counts the usage events that come from Event Hubs.</summary>
public sealed class IngestUsage(IServiceProvider services)
{
    /// <summary>The function's name.</summary>
    public const string Name = "IngestUsage";

    private readonly HubIngest _ingest = services.GetRequiredService<HubIngest>();
    private readonly DurableClients _clients = services.GetRequiredService<DurableClients>();

    /// <summary>Takes a batch of one partition. A batch that fails comes again, until it goes through.</summary>
    [Function(Name)]
    // Without end: the host checkpoints a batch that it gives up, and its events would be lost.
    [ExponentialBackoffRetry(-1, "00:00:01", "00:01:00")]
    public Task RunAsync(
        [EventHubTrigger(
            $"%{HubConnection.HubSetting}%",
            Connection = HubConnection.Setting,
            ConsumerGroup = $"%{HubConnection.GroupSetting}%")] EventData[] messages,
        [DurableClient] DurableTaskClient client,
        FunctionContext context)
    {
        _clients.Use(client);
        return _ingest.BringAsync(messages, HubPartition.Of(context.BindingContext.BindingData), context.CancellationToken);
    }
}
