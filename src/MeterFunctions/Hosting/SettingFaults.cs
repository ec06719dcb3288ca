using MeterFunctions.Ingest;
using MeterFunctions.Storage;
using Microsoft.Extensions.Configuration;

namespace MeterFunctions.Hosting;

/// <summary>
/// What is wrong with the settings that lead to other services, each in a sentence that names the setting and never shows its value; null:
/// nothing. They are looked at when the app starts, which it does in any case: a process that lives and says what it lacks is easier to
/// mend than one that ends again and again.
/// </summary>
/// <param name="Storage">Of <c>MeteringStorage</c>. Without it nothing can be answered but what asks no storage.</param>
/// <param name="Hub">Of <c>MeteringEvents</c>. Events are then rejected as busy.</param>
/// <param name="LeaseKey">Of the keys that sign leases. Everything else is answered.</param>
internal sealed record SettingFaults(string? Storage, string? Hub, string? LeaseKey)
{
    /// <summary>Nothing is wrong.</summary>
    public static readonly SettingFaults None = new(null, null, null);

    /// <summary>Looks at the settings.</summary>
    /// <param name="configuration">The app's configuration.</param>
    /// <param name="options">Its options, which were found valid.</param>
    public static SettingFaults Of(IConfiguration configuration, FunctionsOptions options) => new(
        StorageConnection.Fault(configuration), HubConnection.Fault(configuration),
        KeyFault(nameof(options.LeaseSigningKey), options.LeaseSigningKey)
            ?? KeyFault(nameof(options.PreviousLeaseSigningKey), options.PreviousLeaseSigningKey));

    /// <summary>What is wrong, in sentences for the log; empty when nothing is.</summary>
    public IEnumerable<string> All => new[] { Storage, Hub, LeaseKey }.OfType<string>();

    /// <summary>Whether a setting holds the text of a reference that Azure could not resolve, and so handed over as it is.</summary>
    public static bool IsUnresolved(string value) => value.StartsWith("@Microsoft.KeyVault(", StringComparison.OrdinalIgnoreCase);

    private static string? KeyFault(string name, string value) => IsUnresolved(value)
        ? $"Metering:{name} is a reference to a secret that could not be read: put the secret in the key vault, and let the app's identity read it."
        : null;
}
