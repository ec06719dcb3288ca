using Metering.Server.Engine;
using Metering.Server.Storage;
using Metering.Server.Tests.Support;

namespace Metering.Server.Tests.Simulation;

/// <summary>
/// The files of a server that was started once and stopped: what every run begins with. Making them costs more than most runs.
/// </summary>
internal static class InitialFiles
{
    private static readonly Lock Gate = new();
    private static Dictionary<string, byte[]>? _made;

    /// <summary>The files, which are the same wherever they lie.</summary>
    /// <param name="directory">Where they are made, if nobody has made them yet.</param>
    internal static Dictionary<string, byte[]> Of(string directory)
    {
        lock (Gate)
        {
            return _made ??= Make(directory);
        }
    }

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
