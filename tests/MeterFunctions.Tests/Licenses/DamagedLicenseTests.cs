using MeterFunctions.Licenses;
using MeterFunctions.Storage;
using MeterFunctions.Tests.Hosting;
using Metering;

namespace MeterFunctions.Tests.Licenses;

[Collection(StorageCollection.Name)]
public sealed class DamagedLicenseTests(Azurite azurite)
{
    [Theory]
    [InlineData("Entity")]
    [InlineData("WhenContended")]
    public async Task A_license_that_cannot_be_read_has_failed_and_is_not_busy(string turns)
    {
        await using var app = new App(azurite, new() { ["Metering:Turns"] = turns });
        var id = await app.OpenAsync();
        var state = (await app.Tables.FindAsync(TableKeys.Meters, id, TableKeys.StateRow, default))!;
        state[LicenseRows.Columns.Body] = new byte[] { 1, 2, 3 };
        await app.Tables.PutAsync(TableKeys.Meters, state, default);
        await using var other = new App(azurite, new() { ["Metering:Turns"] = turns }, prefix: app.Prefix);

        var result = await other.Meters.ApplyAsync(id, Commands.Consume(), Commands.Key("k"), default);

        // A caller, or a batch of an event hub, would ask again and again.
        Assert.Equal(ApplyStatus.Failed, result.Status);
    }
}
