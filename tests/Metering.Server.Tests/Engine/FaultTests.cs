using Metering.Server.Engine;
using Metering.Server.Tests.Support;

namespace Metering.Server.Tests.Engine;

/// <summary>Faults that nobody foresaw, in the engine's own loops: here, a clock that cannot be read.</summary>
public sealed class FaultTests
{
    [Fact]
    public async Task A_shard_that_fails_counts_nothing_and_goes_on()
    {
        await using var fixture = await EngineFixture.StartAsync();
        await fixture.OpenLicenseAsync("lic_a");
        await fixture.ConsumeAsync("lic_a", "key-0");

        fixture.Clock.Fault = new InvalidOperationException("The clock cannot be read.");
        var results = await Task.WhenAll(Enumerable.Range(1, 20).Select(i => fixture.ConsumeAsync("lic_a", $"key-{i}").AsTask()));
        fixture.Clock.Fault = null;

        Assert.All(results, result => Assert.Equal(ApplyStatus.Busy, result.Status));
        Assert.Equal(1, await fixture.UsedAsync("lic_a"));
        Assert.Equal(ApplyStatus.Applied, (await fixture.ConsumeAsync("lic_a", "key-1")).Status);
        Assert.Equal(2, await fixture.UsedAsync("lic_a"));
        await fixture.VerifyAsync();
    }

    [Fact]
    public async Task Writing_out_that_fails_is_told_by_readiness_and_goes_on()
    {
        await using var fixture = await EngineFixture.StartAsync(options => options with { WriteOutAfterMilliseconds = 60_000 });
        await fixture.OpenLicenseAsync("lic_a");

        fixture.Clock.Fault = new InvalidOperationException("The clock cannot be read.");
        await Assert.ThrowsAsync<StoreUnavailableException>(() => fixture.Engine.FlushAsync());
        var problem = await fixture.Engine.WhyNotReadyAsync(CancellationToken.None);
        fixture.Clock.Fault = null;
        await fixture.Engine.FlushAsync();

        Assert.Contains("The clock cannot be read.", problem, StringComparison.Ordinal);
        Assert.Null(await fixture.Engine.WhyNotReadyAsync(CancellationToken.None));
        await fixture.VerifyAsync();
    }

    [Fact]
    public void A_license_whose_last_batch_failed_stays_until_it_is_known_what_the_store_has()
    {
        var cells = new LicenseCells(0);
        var cell = new LicenseCell("lic_a", 1) { Used = false, LastBatch = Failed() };
        cells.Add(cell);

        cells.MakeRoom();
        Assert.Same(cell, cells.Find("lic_a"));

        cell.LastBatch = null;
        cells.MakeRoom();
        Assert.Null(cells.Find("lic_a"));
    }

    private static Batch Failed() => new(null, null, new AppliedRows(new Stack<byte[]>()), 0) { Failed = true };
}
