using Azure.Identity;
using Azure.Messaging.EventHubs;
using Azure.Messaging.EventHubs.Producer;
using MeterFunctions.Hosting;
using Microsoft.Extensions.Configuration;

namespace MeterFunctions.Ingest;

/// <summary>The way to the hub, by connection string or by the app's identity.</summary>
internal static class HubConnection
{
    /// <summary>The setting: a connection string, or a section with <c>fullyQualifiedNamespace</c>. Not set: there is no hub.</summary>
    public const string Setting = "MeteringEvents";

    /// <summary>
    /// The setting with the hub's name, for the trigger too. It is no option in the section <c>Metering</c>: where the platform resolves a
    /// trigger's <c>%name%</c> to scale the app, it looks among the app settings, in which <c>Metering:EventHub</c> has another spelling.
    /// </summary>
    public const string HubSetting = "MeteringEventHub";

    /// <summary>The setting with the consumer group that the trigger reads with; flat for the same reason.</summary>
    public const string GroupSetting = "MeteringEventHubConsumerGroup";

    private const string Malformed = $"{Setting} is not a connection string of an Event Hubs namespace.";

    /// <summary>Whether a hub is configured.</summary>
    public static bool IsConfigured(IConfiguration configuration) =>
        !string.IsNullOrWhiteSpace(configuration[Setting])
            || !string.IsNullOrWhiteSpace(configuration[$"{Setting}:fullyQualifiedNamespace"]);

    /// <summary>What is wrong with the setting, without its value; null: nothing, or there is no hub.</summary>
    public static string? Fault(IConfiguration configuration)
    {
        if (!IsConfigured(configuration))
        {
            return null;
        }

        if (SettingFaults.IsUnresolved(configuration[Setting] ?? ""))
        {
            return $"{Setting} is a reference to a secret that could not be read: put the secret in the key vault, and let the app's identity read it.";
        }

        try
        {
            if (configuration[Setting] is { } text && !string.IsNullOrWhiteSpace(text))
            {
                var read = EventHubsConnectionStringProperties.Parse(text);
                return read.Endpoint is null ? Malformed : read.EventHubName is null ? NameFault(configuration) : null;
            }

            return Uri.CheckHostName(configuration[$"{Setting}:fullyQualifiedNamespace"]) == UriHostNameType.Unknown
                ? $"{Setting}__fullyQualifiedNamespace is not the name of a host, such as contoso.servicebus.windows.net."
                : NameFault(configuration);
        }
        catch (Exception malformed) when (malformed is FormatException or ArgumentException)
        {
            // Without its message, which may have a part of the value in it.
            return Malformed;
        }
    }

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
                : new EventHubProducerClient(setting.Value, configuration[HubSetting], client);
        }

        var space = setting["fullyQualifiedNamespace"]!;
        var identity = setting["clientId"] is { Length: > 0 } clientId
            ? ManagedIdentityId.FromUserAssignedClientId(clientId)
            : ManagedIdentityId.SystemAssigned;
        return new EventHubProducerClient(
            space,
            configuration[HubSetting],
            new ChainedTokenCredential(new ManagedIdentityCredential(identity), new AzureCliCredential()),
            client);
    }

    private static string? NameFault(IConfiguration configuration) => string.IsNullOrWhiteSpace(configuration[HubSetting])
        ? $"{HubSetting} is not set: it is the name of the hub in the Event Hubs namespace of {Setting}."
        : null;
}
