using MeterFunctions.Tests.Hosting;
using Xunit.Abstractions;

namespace MeterFunctions.Tests.Retention;

/// <summary>Rules 8 and 9 while retention runs on a storage that fails in every way that it may.</summary>
[Collection(StorageCollection.Name)]
public sealed class RetentionFaultTests(Azurite azurite, ITestOutputHelper output)
{
    private const int Runs = 2;

    [Fact]
    [Rule(8)]
    [Rule(9)]
    public async Task Whatever_goes_wrong_nothing_counts_twice_nothing_is_lost_and_the_rest_is_proven()
    {
        var first = Environment.TickCount & 0xffff;
        var faults = 0;
        for (var seed = first; seed < first + Runs; seed++)
        {
            output.WriteLine($"Seed {seed}.");
            await using var mix = new RetentionMix(azurite, seed);
            await mix.RunAsync();
            faults += mix.Faults;
        }

        Assert.True(faults > 0);
    }
}
