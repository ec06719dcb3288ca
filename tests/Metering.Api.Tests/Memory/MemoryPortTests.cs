using Metering.Contracts;
using Metering.Contracts.Histories;
using Xunit.Abstractions;

namespace Metering.Api.Tests.Memory;

/// <summary>The API is tested on ports that keep what each port promises, as those of the hosts do.</summary>
public static class MemoryPortTests
{
    public sealed class Catalog() : CatalogContract(MemoryPorts.StartAsync);

    public sealed class DeadLetters() : DeadLettersContract(MemoryPorts.StartAsync);

    public sealed class RequestMemory() : RequestMemoryContract(MemoryPorts.StartAsync);

    public sealed class LeaseKeys() : LeaseKeysContract(MemoryPorts.StartAsync);

    public sealed class MeterClock() : MeterClockContract(MemoryPorts.StartAsync);

    public sealed class LicenseDirectory() : LicenseDirectoryContract(MemoryPorts.StartAsync);

    public sealed class FeatureHolders() : FeatureHoldersContract(MemoryPorts.StartAsync);

    public sealed class LicenseMeters() : LicenseMetersContract(MemoryPorts.StartAsync);

    public sealed class Histories(ITestOutputHelper output) : HistoriesContract(MemoryPorts.StartAsync, output);

    public sealed class Ledger() : LedgerContract(MemoryPorts.StartAsync);

    public sealed class Webhooks() : WebhooksContract(MemoryPorts.StartAsync);

    public sealed class Migrations() : MigrationsContract(MemoryPorts.StartAsync);
}
