using Azure.Identity;
using Azure.Messaging.EventHubs.Producer;
using MeterFunctions.Hosting;
using Microsoft.Extensions.Configuration;

namespace MeterFunctions.Ingest;

/// <summary>The way to the hub, by connection string or by the app's identity.</summary>
internal static class HubConnection
{
    /// <summary>The setting: a connection string, or a section with <c>fullyQualifiedNamespace</c>. Not set: there is no hub.</summary>
    public const string Setting = "MeteringEvents";

    /// <summary>Whether a hub is configured.</summary>
    public static bool IsConfigured(IConfiguration configuration) =>
        !string.IsNullOrWhiteSpace(configuration[Setting])
            || !string.IsNullOrWhiteSpace(configuration[$"{Setting}:fullyQualifiedNamespace"]);

    /// <summary>A producer. It connects with the first event.</summary>
    public static EventHubProducerClient Open(IConfiguration configuration, FunctionsOptions options)
    {
        // A try by itself may not take longer than a request waits; by default it is a minute.
        var client = new EventHubProducerClientOptions { RetryOptions = { TryTimeout = options.AnswerWait } };
        var setting = configuration.GetSection(Setting);
        if (!string.IsNullOrWhiteSpace(setting.Value))
        {
            return setting.Value.Contains("EntityPath=", StringComparison.OrdinalIgnoreCase)
                ? new EventHubProducerClient(setting.Value, client)
                : new EventHubProducerClient(setting.Value, options.EventHub, client);
        }

        var space = setting["fullyQualifiedNamespace"]!;
        var identity = setting["clientId"] is { Length: > 0 } clientId
            ? ManagedIdentityId.FromUserAssignedClientId(clientId)
            : ManagedIdentityId.SystemAssigned;
        return new EventHubProducerClient(
            space, options.EventHub, new ChainedTokenCredential(new ManagedIdentityCredential(identity), new AzureCliCredential()), client);
    }
}
