using Metering.Server.Engine;
using Metering.Server.Loops;
using Metering.Server.Stores;
using Metering.Server.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Metering.Server.Tests.Evidence;

/// <summary>The same directory after retention, which has removed most of its entries and rollups.</summary>
public sealed class CutDirectory : MixedDirectory
{
    // In steps so small that a snapshot is begun, and gone on from, in the midst of a command's entries too.
    protected override ServerOptions Change(ServerOptions options) => base.Change(options) with
    {
        IdempotencyDays = 5,
        LedgerRetentionDays = 12,
        RetentionRows = 3,
    };

    protected override async Task EndAsync(EngineFixture fixture)
    {
        using var retention = new Retention(
            fixture.Engine, fixture.Clock, TimeProvider.System, new LoopStatuses(), NullLogger<Retention>.Instance);
        Assert.NotEqual(0, await retention.RunAsync(CancellationToken.None));
    }
}
