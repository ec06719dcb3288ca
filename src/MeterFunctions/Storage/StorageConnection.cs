using Azure.Core;
using Azure.Data.Tables;
using Azure.Identity;
using MeterFunctions.Hosting;
using Microsoft.Extensions.Configuration;

namespace MeterFunctions.Storage;

/// <summary>The way to the table storage, by connection string or by the app's identity.</summary>
internal static class StorageConnection
{
    /// <summary>
    /// The setting that names the storage: a connection string, or a section with <c>accountName</c> or <c>tableServiceUri</c>.
    /// </summary>
    public const string Setting = "MeteringStorage";

    /// <summary>How long the client waits for the answer to one try.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private const int Retries = 4;
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(2);

    /// <summary>Options of a client: retries with back-off, then a fault in the product's words.</summary>
    /// <param name="time">What learns the storage's time from its answers; null: nobody.</param>
    public static TableClientOptions ClientOptions(StorageTime? time = null) => Options(Retries, time);

    /// <summary>
    /// Options of a client for commits: without retries. Whoever commits must know that a try before may have been done.
    /// </summary>
    /// <param name="time">What learns the storage's time from its answers; null: nobody.</param>
    public static TableClientOptions CommitOptions(StorageTime? time = null) => Options(0, time);

    private static TableClientOptions Options(int retries, StorageTime? time)
    {
        var options = new TableClientOptions
        {
            Retry =
            {
                Mode = RetryMode.Exponential,
                MaxRetries = retries,
                Delay = FirstDelay,
                MaxDelay = MaxDelay,
                NetworkTimeout = Timeout,
            },
        };

        // Around the retries, so that it speaks when all of them were in vain.
        options.AddPolicy(new StorageFaultPolicy(), HttpPipelinePosition.PerCall);
        if (time is not null)
        {
            // Within them, so that it sees every answer.
            options.AddPolicy(time, HttpPipelinePosition.PerRetry);
        }

        return options;
    }

    /// <summary>What is wrong with the setting, without its value; null: nothing.</summary>
    public static string? Fault(IConfiguration configuration)
    {
        var setting = configuration.GetSection(Setting);
        if (SettingFaults.IsUnresolved(setting.Value ?? ""))
        {
            return $"{Setting} is a reference to a secret that could not be read: put the secret in the key vault, and let the app's identity read it.";
        }

        if (string.IsNullOrWhiteSpace(setting.Value) && Address(setting, "table") is null)
        {
            return $"{Setting} is not set. Set it to a connection string, or {Setting}__accountName to the name of a storage account that the app's "
                + "identity may use.";
        }

        try
        {
            // Nothing is sent; a client that can be made is all that can be known here.
            Open(configuration, new TableClientOptions());
            return null;
        }
        catch (Exception malformed) when (malformed is FormatException or ArgumentException or InvalidOperationException)
        {
            // Its message is not told: it may have a part of the value in it, and that is a secret.
            return $"{Setting} is not a connection string of a storage account, or its address is none.";
        }
    }

    /// <summary>A client by what the setting says.</summary>
    /// <exception cref="InvalidOperationException">The setting is wrong, see <see cref="Fault"/>.</exception>
    public static TableServiceClient Open(IConfiguration configuration, TableClientOptions options)
    {
        var setting = configuration.GetSection(Setting);
        if (!string.IsNullOrWhiteSpace(setting.Value))
        {
            return new TableServiceClient(setting.Value, options);
        }

        return Address(setting, "table") is { } address
            ? new TableServiceClient(new Uri(address), Identity(setting["clientId"]), options)
            : throw new InvalidOperationException($"{Setting} is not set.");
    }

    /// <summary>The address of one of the account's services, <c>table</c> or <c>blob</c>; null when the setting has none.</summary>
    public static string? Address(IConfigurationSection setting, string service) => setting[$"{service}ServiceUri"]
        ?? (setting["accountName"] is { Length: > 0 } account ? $"https://{account}.{service}.core.windows.net" : null);

    /// <summary>Who the app is: the identity with the client id, or the one that Azure gave it.</summary>
    public static ChainedTokenCredential Identity(string? clientId)
    {
        var managed = clientId is { Length: > 0 } ? ManagedIdentityId.FromUserAssignedClientId(clientId) : ManagedIdentityId.SystemAssigned;

        // In Azure the app's identity; on a developer's machine, where there is none, that of the Azure CLI.
        return new ChainedTokenCredential(new ManagedIdentityCredential(managed), new AzureCliCredential());
    }
}
