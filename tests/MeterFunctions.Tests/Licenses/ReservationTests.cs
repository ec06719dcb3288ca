using System.Collections.Immutable;
using MeterFunctions.Licenses;
using MeterFunctions.Tests.Hosting;
using MeterFunctions.Turns;
using Metering;

namespace MeterFunctions.Tests.Licenses;

[Collection(StorageCollection.Name)]
public sealed class ReservationTests(Azurite azurite)
{
    [Fact]
    public async Task A_license_is_left_to_its_entity_until_that_has_committed_elsewhere()
    {
        await using var app = new App(azurite);
        var id = await app.OpenAsync();
        await using var other = new App(azurite, prefix: app.Prefix);
        Assert.True(await other.Get<LicensePartition>().ReserveAsync(id, default));

        Assert.Empty(await CommitAsync(app, OnContention.Yield));
        Assert.Empty(await CommitAsync(app, OnContention.Yield));

        Assert.Single(await CommitAsync(other, OnContention.Reserve));
        Assert.Single(await CommitAsync(app, OnContention.Yield));
        Assert.Equal(2, await app.UsedAsync(id));

        ValueTask<ImmutableArray<Taken>> CommitAsync(App on, OnContention onContention) => on.Get<LicenseWriter>().ApplyAsync(
            id, [PendingCommand.New(Commands.Consume(), null)], onContention, message: null, told: null, default);
    }
}
