using MeterFunctions.Tests.Hosting;
using Metering;

namespace MeterFunctions.Tests.Turns;

[Collection(StorageCollection.Name)]
public sealed class LaneFaultTests(Azurite azurite)
{
    [Fact]
    public async Task A_task_hub_that_is_not_there_is_busy()
    {
        await using var app = new App(azurite);
        var id = await app.OpenAsync();
        app.Hub.Fault = new InvalidOperationException("The channel is closed.");

        var busy = await app.Meters.ApplyAsync(id, Commands.Consume(3), Commands.Key("k"), default);
        app.Hub.Fault = null;
        var later = await app.Meters.ApplyAsync(id, Commands.Consume(3), Commands.Key("k"), default);

        Assert.Equal((ApplyStatus.Busy, ApplyStatus.Applied), (busy.Status, later.Status));
    }
}
