using MeterFunctions.Evidence;
using MeterFunctions.Retention;
using MeterFunctions.Tests.Hosting;
using Metering;

namespace MeterFunctions.Tests.Retention;

/// <summary>
/// A license on which commands and retention come in turns and at once, in small steps, on a storage with faults, over many days. What
/// counted is held against a model: a key counts again when, and only when, its memory is over.
/// </summary>
internal sealed class RetentionMix : IAsyncDisposable
{
    private const int Rounds = 15;
    private const int StorageFaultOneIn = 8;

    private readonly Random _random;
    private readonly App _calm;
    private readonly App _rough;
    private readonly FaultyStorage _storage;
    private readonly Dictionary<string, DateTimeOffset> _remembered = [];
    private DateTimeOffset _now = App.Start;
    private decimal _used;
    private RetentionPlace? _place;

    public RetentionMix(Azurite azurite, int seed)
    {
        _random = new Random(seed);
        _storage = new FaultyStorage(seed);
        _calm = new App(azurite, RetentionRun.Settings);
        _rough = new App(azurite, new(RetentionRun.Settings) { ["Metering:Turns"] = "WhenContended" }, _storage, _calm.Prefix);
    }

    /// <summary>How many runs of retention met a fault.</summary>
    public int Faults { get; private set; }

    /// <summary>Runs the mix, and then expects that everything agrees.</summary>
    public async Task RunAsync()
    {
        await _calm.OpenAsync(RetentionRun.License, limit: 1_000_000);
        for (var round = 0; round < Rounds; round++)
        {
            // What is done late by the storage is done before the clock moves: in the world, it is over long before a day is.
            await _storage.SettleAsync();
            _now += TimeSpan.FromHours(_random.Next(1, 100));
            await _calm.SetTimeAsync(_now);
            _storage.OneIn = StorageFaultOneIn;
            await Task.WhenAll(UseAsync(), RetainAsync());
            _storage.OneIn = 0;
        }

        await _storage.SettleAsync();
        Assert.Equal(_used, await _calm.UsedAsync(RetentionRun.License));
        await RetentionRun.VerifyAsync(_calm);

        var days = (int)(_now - App.Start).TotalDays + 30;
        await RetentionRun.RunAllAsync(_calm, days);
        Assert.Empty(await RetentionRun.RowsAsync(_calm, "e"));
        Assert.Empty(await RetentionRun.RowsAsync(_calm, "i"));
        Assert.Empty(await RetentionRun.RowsAsync(_calm, "j"));
        Assert.Equal(_used, await _calm.UsedAsync(RetentionRun.License));
        await RetentionRun.VerifyAsync(_calm);
    }

    public async ValueTask DisposeAsync()
    {
        await _rough.DisposeAsync();
        await _calm.DisposeAsync();
    }

    private async Task UseAsync()
    {
        for (var i = _random.Next(4); i >= 0; i--)
        {
            var key = $"k{_random.Next(12)}";
            var once = _random.Next(3) switch
            {
                0 => Once.ByKey(key, "body"),
                1 => Once.ByEvent(key),
                _ => Once.ByKey($"only {Guid.NewGuid():N}", "body"),
            };
            var name = once.Key is { } one ? $"key {one}" : $"event {once.EventId}";
            var isRepeat = _remembered.TryGetValue(name, out var at) && _now - at < TimeSpan.FromDays(5);

            // Until it is told: a first try may have counted, and then the next one is the repeat.
            var answer = await ApplyAsync(once);
            while (answer is not (ApplyStatus.Applied or ApplyStatus.Replayed))
            {
                answer = await ApplyAsync(once);
            }

            if (!isRepeat)
            {
                (_used, _remembered[name]) = (_used + 1, _now);
            }
            else
            {
                Assert.Equal(ApplyStatus.Replayed, answer);
            }
        }
    }

    private async Task<ApplyStatus> ApplyAsync(Once once)
    {
        try
        {
            return (await _rough.Meters.ApplyAsync(RetentionRun.License, Commands.Consume(), once, default)).Status;
        }
        catch (StoreUnavailableException)
        {
            return ApplyStatus.Busy;
        }
    }

    private async Task RetainAsync()
    {
        for (var i = _random.Next(1, 6); i > 0; i--)
        {
            try
            {
                _place = await _rough.Get<LicenseRetention>()
                    .RunAsync(RetentionRun.License, _place, new RequestBudget(_random.Next(4, 12)), default);
            }
            catch (StoreUnavailableException)
            {
                Faults++;
                _place = null;
            }
        }
    }
}
