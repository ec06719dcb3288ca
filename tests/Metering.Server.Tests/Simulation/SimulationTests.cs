using System.Globalization;
using Metering.Server.Tests.Support;
using Xunit.Abstractions;

namespace Metering.Server.Tests.Simulation;

/// <summary>
/// Lives of a server on one thread: shards, journal, write-out, retention and recovery take their turns in an order that a seed gives,
/// with a clock that jumps and a disk that fails as disks do. A failure names its seed and tells its steps;
/// <c>METERING_SIMULATION_SEED</c> runs one seed, or with <c>METERING_SIMULATION_SEEDS</c> so many from it on.
/// </summary>
[Rule(8)]
[Rule(9)]
public sealed class SimulationTests(ITestOutputHelper output) : IDisposable
{
    private const int Seeds = 2_000;
    private const int SeedsForPlanted = 1_000;
    private readonly DataFolder _folder = new();

    public static TheoryData<string> Planted => [.. PlantedFault.All.Keys];

    [Fact]
    public void Whatever_happens_what_was_acknowledged_is_counted_once_and_all_evidence_agrees()
    {
        var first = Number("METERING_SIMULATION_SEED");
        var count = Number("METERING_SIMULATION_SEEDS") ?? (first is null ? Seeds : 1);
        for (var (seed, left) = (first ?? 0, count); left > 0; seed++, left--)
        {
            if (Find(seed, PlantedFault.None) is { } found)
            {
                var told = new List<string>();
                var again = Find(seed, PlantedFault.None, told);
                Assert.True(again?.Message == found.Message, $"METERING_SIMULATION_SEED={seed}: {found}\nThe second time: {again}");
                Assert.Fail($"METERING_SIMULATION_SEED={seed}: {found}\n{string.Join('\n', told)}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Planted))]
    public void A_planted_fault_is_found(string name)
    {
        for (var seed = 0; seed < SeedsForPlanted; seed++)
        {
            if (Find(seed, PlantedFault.All[name]) is { } found)
            {
                output.WriteLine($"{name}: found by seed {seed}: {found.Message}");
                return;
            }
        }

        Assert.Fail($"{name}: not found in {SeedsForPlanted} seeds.");
    }

    public void Dispose()
    {
        SqliteVfs.Unmount(_folder.Path);
        _folder.Dispose();
    }

    private FoundException? Find(int seed, PlantedFault fault, List<string>? told = null)
    {
        try
        {
            SimulatedRun.Run(seed, _folder.Path, fault, told);
            return null;
        }
        catch (FoundException found)
        {
            return found;
        }
    }

    private static int? Number(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
