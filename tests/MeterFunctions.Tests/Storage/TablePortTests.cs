using MeterFunctions.Tests.Hosting;
using Metering.Contracts;
using Metering.Contracts.Histories;
using Xunit.Abstractions;

namespace MeterFunctions.Tests.Storage;

/// <summary>The Functions app keeps what each port promises.</summary>
public static class TablePortTests
{
    [Collection(StorageCollection.Name)]
    public sealed class Catalog(Azurite azurite) : CatalogContract(() => TablePorts.StartAsync(azurite));

    [Collection(StorageCollection.Name)]
    public sealed class DeadLetters(Azurite azurite) : DeadLettersContract(() => TablePorts.StartAsync(azurite));

    [Collection(StorageCollection.Name)]
    public sealed class RequestMemory(Azurite azurite) : RequestMemoryContract(() => TablePorts.StartAsync(azurite));

    [Collection(StorageCollection.Name)]
    public sealed class LeaseKeys(Azurite azurite) : LeaseKeysContract(() => TablePorts.StartAsync(azurite));

    [Collection(StorageCollection.Name)]
    public sealed class MeterClock(Azurite azurite) : MeterClockContract(() => TablePorts.StartAsync(azurite));

    [Collection(StorageCollection.Name)]
    public sealed class LicenseDirectory(Azurite azurite) : LicenseDirectoryContract(() => TablePorts.StartAsync(azurite));

    [Collection(StorageCollection.Name)]
    public sealed class FeatureHolders(Azurite azurite) : FeatureHoldersContract(() => TablePorts.StartAsync(azurite));

    [Collection(StorageCollection.Name)]
    public sealed class LicenseMeters(Azurite azurite) : LicenseMetersContract(() => TablePorts.StartAsync(azurite));

    [Collection(StorageCollection.Name)]
    public sealed class Histories(Azurite azurite, ITestOutputHelper output)
        : HistoriesContract(() => TablePorts.StartAsync(azurite), output)
    {
        protected override int Licenses => 1;
    }

    [Collection(StorageCollection.Name)]
    public sealed class Ledger(Azurite azurite) : LedgerContract(() => TablePorts.StartAsync(azurite));

    [Collection(StorageCollection.Name)]
    public sealed class Webhooks(Azurite azurite) : WebhooksContract(() => TablePorts.StartAsync(azurite));

    [Collection(StorageCollection.Name)]
    public sealed class Tokens(Azurite azurite) : TokensContract(() => TablePorts.StartAsync(azurite));

    [Collection(StorageCollection.Name)]
    public sealed class Migrations(Azurite azurite) : MigrationsContract(() => TablePorts.StartAsync(azurite));
}
