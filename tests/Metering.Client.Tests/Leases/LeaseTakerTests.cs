using Metering.Client.Tests.Support;

namespace Metering.Client.Tests.Leases;

/// <summary>How much is leased where little is left, and who is refused then.</summary>
public sealed class LeaseTakerTests(Meter meter) : IClassFixture<Meter>, IAsyncLifetime
{
    private readonly LeaseBench _bench = new(meter);

    public Task InitializeAsync() => _bench.InitializeAsync();

    public Task DisposeAsync() => _bench.DisposeAsync();

    // Ten are leased and nine of them spent, so what is here is short and more is asked for: ten, of which only six are left.
    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 1)]
    [InlineData(5, 5)]
    [InlineData(0, long.MaxValue)]
    public async Task What_is_left_is_leased_whoever_waits(long needed, long least)
    {
        await _bench.GrantAsync(6);
        var (stock, taker) = await ShortAsync();
        using var closing = stock;

        Assert.Null(await taker.TakeAsync(needed, least, CancellationToken.None));

        Assert.Equal(7, stock.Rest);
        Assert.Equal([10m, 6m], await _bench.LeasesAsync());
    }

    [Theory]
    [InlineData(1, 1, false)]
    [InlineData(2, 1, true)]
    [InlineData(2, 2, true)]
    [InlineData(0, long.MaxValue, true)]
    public async Task Where_nothing_is_left_only_who_waits_for_more_than_is_here_is_refused(long needed, long least, bool isRefused)
    {
        var (stock, taker) = await ShortAsync();
        using var closing = stock;

        var refused = await taker.TakeAsync(needed, least, CancellationToken.None);

        Assert.Equal(isRefused ? RefusalCodes.QuotaExceeded : null, refused?.Refusal!.Code);
        Assert.Equal(1, stock.Rest);
    }

    private async Task<(LeaseStock Stock, LeaseTaker Taker)> ShortAsync()
    {
        var options = _bench.Options();
        options.MinAmount = LeaseBench.Limit;
        var (stock, taker) = _bench.Take(options);
        Assert.Null(await taker.TakeAsync(1, 1, CancellationToken.None));
        Assert.True(stock.MarkAndSpend(9));
        return (stock, taker);
    }
}
