using Azure.Core;
using Azure.Storage.Blobs;
using MeterFunctions.Storage;
using Microsoft.Extensions.Configuration;

namespace MeterFunctions.Exports;

/// <summary>The way to the container of exports, by connection string or by the app's identity.</summary>
internal static class BlobContainer
{
    private const int Retries = 6;
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(30);

    /// <summary>A client by what the setting of the storage says; nothing is sent yet.</summary>
    /// <param name="configuration">The app's configuration.</param>
    /// <param name="name">The container's name.</param>
    /// <param name="options">How it speaks to the storage; null: with retries that outlast a throttled minute.</param>
    /// <exception cref="InvalidOperationException">The setting is wrong, see <see cref="StorageConnection.Fault"/>.</exception>
    public static BlobContainerClient Open(IConfiguration configuration, string name, BlobClientOptions? options = null)
    {
        options ??= new BlobClientOptions
        {
            Retry = { Mode = RetryMode.Exponential, MaxRetries = Retries, Delay = FirstDelay, MaxDelay = MaxDelay },
        };
        var setting = configuration.GetSection(StorageConnection.Setting);
        return !string.IsNullOrWhiteSpace(setting.Value) ? new BlobContainerClient(setting.Value, name, options)
            : StorageConnection.Address(setting, "blob") is { } address
                ? new BlobContainerClient(
                    new Uri($"{address.TrimEnd('/')}/{name}"), StorageConnection.Identity(setting["clientId"]), options)
                : throw new InvalidOperationException($"{StorageConnection.Setting} is not set.");
    }
}
