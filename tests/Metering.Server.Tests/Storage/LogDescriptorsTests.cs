using Metering.Server.Storage;
using Metering.Server.Tests.Support;

namespace Metering.Server.Tests.Storage;

/// <summary>On Linux, a log has a second descriptor, by which it is synced.</summary>
public sealed class LogDescriptorsTests : IDisposable
{
    private const string Descriptors = "/proc/self/fd";

    private readonly DataFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_log_has_a_second_descriptor_until_it_is_closed()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        using (var database = Database.OpenWriter(_folder.StoreFile, cacheKib: 1_024))
        {
            database.Execute("CREATE TABLE kept (id INTEGER PRIMARY KEY)");
            database.Execute("INSERT INTO kept (id) VALUES (1)");
            Assert.Equal(2, DescriptorsOf(_folder.StoreFile + "-wal"));

            // Closing a second one of this file would drop SQLite's locks on it.
            Assert.Equal(1, DescriptorsOf(_folder.StoreFile));
        }

        Assert.Equal(0, DescriptorsOf(_folder.StoreFile + "-wal"));
    }

    [Fact]
    public void A_failed_sync_returns_the_error_code_of_SQLite()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        // No device is behind it, so there is nothing that could be synced.
        using var handle = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.ReadWrite);

        Assert.Equal(LogDescriptors.SyncFailed, LogDescriptors.Sync(handle));
    }

    private static int DescriptorsOf(string file) =>
        Directory.EnumerateFiles(Descriptors).Count(link => new FileInfo(link).LinkTarget is { } target

            // Closing the last connection deletes the log; Linux then says so in the link.
            && (target == file || target == file + " (deleted)"));
}
