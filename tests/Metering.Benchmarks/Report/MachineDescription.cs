using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Metering.Benchmarks;

/// <summary>What figures were measured on, as lines of a list.</summary>
internal static class MachineDescription
{
    private const int Syncs = 300;
    private const int SyncBytes = 4096;

    /// <param name="directory">Where data is kept; its disk is measured.</param>
    /// <param name="more">More lines.</param>
    public static IEnumerable<string> Lines(string directory, params string[] more)
    {
        yield return $"{FirstOf("/proc/cpuinfo", "model name") ?? RuntimeInformation.ProcessArchitecture.ToString()}, {Environment.ProcessorCount} cores, {MemoryGiB()} GiB of memory";
        var system = FirstOf("/etc/os-release", "PRETTY_NAME", '=')?.Trim('"') ?? RuntimeInformation.OSDescription;
        var collector = System.Runtime.GCSettings.IsServerGC ? "server" : "workstation";
        yield return $"{system}, .NET {Environment.Version}, {collector} garbage collection";
        yield return Disk(directory);
        foreach (var line in more)
        {
            yield return line;
        }

        yield return $"measured {DateTime.UtcNow.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC; load of the machine before: {LoadAverage()}";
    }

    private static string Disk(string directory)
    {
        var latencies = new LatencyHistogram();
        var file = Path.Combine(directory, "sync-probe");
        var block = new byte[SyncBytes];
        using (var stream = new FileStream(file, FileMode.Create, FileAccess.Write, FileShare.None, 0))
        {
            for (var i = 0; i < Syncs; i++)
            {
                stream.Write(block);
                var started = Stopwatch.GetTimestamp();
                stream.Flush(flushToDisk: true);
                latencies.Add(Stopwatch.GetTimestamp() - started);
            }
        }

        File.Delete(file);
        var drive = new DriveInfo(directory);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"disk: {drive.DriveFormat}, write of 4 KiB and fsync p50 {latencies.Milliseconds(0.5):F2} ms, p99 {latencies.Milliseconds(0.99):F2} ms");
    }

    private static string? FirstOf(string file, string name, char separator = ':') => File.Exists(file)
        ? File.ReadLines(file).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?.Split(separator, 2)[1].Trim()
        : null;

    private static long MemoryGiB() => (long)Math.Round(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (1024.0 * 1024 * 1024));

    private static string LoadAverage() =>
        File.Exists("/proc/loadavg") ? string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ').Take(3)) : "unknown";
}
