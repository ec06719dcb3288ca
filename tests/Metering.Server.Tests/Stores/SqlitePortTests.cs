using Metering.Contracts;
using Metering.Contracts.Histories;
using Xunit.Abstractions;

namespace Metering.Server.Tests.Stores;

/// <summary>The server keeps what each port promises.</summary>
public static class SqlitePortTests
{
    public sealed class Catalog() : CatalogContract(SqlitePorts.StartAsync);

    public sealed class DeadLetters() : DeadLettersContract(SqlitePorts.StartAsync);

    public sealed class RequestMemory() : RequestMemoryContract(SqlitePorts.StartAsync);

    public sealed class LeaseKeys() : LeaseKeysContract(SqlitePorts.StartAsync);

    public sealed class MeterClock() : MeterClockContract(SqlitePorts.StartAsync);

    public sealed class LicenseDirectory() : LicenseDirectoryContract(SqlitePorts.StartAsync);

    public sealed class FeatureHolders() : FeatureHoldersContract(SqlitePorts.StartAsync);

    public sealed class LicenseMeters() : LicenseMetersContract(SqlitePorts.StartAsync);

    public sealed class Histories(ITestOutputHelper output) : HistoriesContract(SqlitePorts.StartAsync, output);

    public sealed class Ledger() : LedgerContract(SqlitePorts.StartAsync);

    public sealed class Webhooks() : WebhooksContract(SqlitePorts.StartAsync);

    public sealed class Tokens() : TokensContract(SqlitePorts.StartAsync);
}
