using System.Collections.Concurrent;
using Metering.Server.Engine;
using Metering.Server.Storage;
using Metering.Server.Tests.Support;

namespace Metering.Server.Tests.Simulation;

/// <summary>
/// The files of a server that was started once and stopped: what every run begins with. Making them costs more than most runs.
/// </summary>
internal static class InitialFiles
{
    private static readonly ConcurrentDictionary<string, Dictionary<string, byte[]>> Made = new(StringComparer.Ordinal);

    internal static Dictionary<string, byte[]> Of(string directory) => Made.GetOrAdd(directory, Make);

    private static Dictionary<string, byte[]> Make(string directory)
    {
        var disk = new SimulatedDisk(new Random(0));
        SqliteVfs.Mount(directory, disk);
        return SeededContext.Outside(() =>
        {
            var options = new ServerOptions { Data = directory, Shards = 1, CacheMebibytes = 1 };
            var engine = MeterEngine.Prepare(DataDirectory.Take(directory), options, new ManualClock());
            engine.CloseAsync().GetAwaiter().GetResult();
            var files = disk.Files();
            disk.End();
            return files;
        });
    }
}
