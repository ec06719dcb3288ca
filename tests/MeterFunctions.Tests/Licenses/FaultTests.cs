using MeterFunctions.Storage;
using MeterFunctions.Tests.Hosting;
using Xunit.Abstractions;

namespace MeterFunctions.Tests.Licenses;

/// <summary>Rules 8, 9 and 11 with a storage, a task hub and instances that fail in every way that they may.</summary>
[Collection(StorageCollection.Name)]
public sealed class FaultTests(Azurite azurite, ITestOutputHelper output)
{
    private const int Runs = 3;

    [Fact]
    [Rule(8)]
    [Rule(9)]
    [Rule(11)]
    public async Task Whatever_goes_wrong_nothing_is_lost_and_nothing_comes_twice()
    {
        var first = Environment.TickCount & 0xffff;
        for (var seed = first; seed < first + Runs; seed++)
        {
            output.WriteLine($"Seed {seed}.");
            await using var mix = new FaultMix(azurite, seed);
            await mix.RunAsync();
        }
    }

    [Theory]
    [InlineData(TableKeys.Intents, 0)]
    [InlineData("$batch", 1)]
    [Rule(11)]
    public async Task An_instance_that_dies_before_or_after_its_commit_leaves_no_signal_behind(string after, int told)
    {
        await using var mix = new FaultMix(azurite, seed: 1);

        Assert.Equal(told, await mix.DieAfterAsync(after));
    }
}
