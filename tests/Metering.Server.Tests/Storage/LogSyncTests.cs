using System.Security.Cryptography;
using Metering.Server.Storage;
using Metering.Server.Tests.Support;

namespace Metering.Server.Tests.Storage;

/// <summary>A log that a process left behind is written to the disk again before it is read.</summary>
public sealed class LogSyncTests : IDisposable
{
    private readonly DataFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_log_of_any_length_has_the_same_bytes_afterwards()
    {
        foreach (var length in new[] { 0, 1, 1024 * 1024, (1024 * 1024) + 1, 3_000_001 })
        {
            var bytes = RandomNumberGenerator.GetBytes(length);
            File.WriteAllBytes(_folder.StoreFile + "-wal", bytes);

            LogSync.Run(_folder.StoreFile, _folder.JournalFile);

            Assert.Equal(bytes, File.ReadAllBytes(_folder.StoreFile + "-wal"));
            Assert.False(File.Exists(_folder.JournalFile + "-wal"));
        }
    }

    [Fact]
    [Rule(9)]
    public async Task A_log_that_cannot_be_written_stops_the_start_and_says_where()
    {
        using var held = new FileStream(_folder.JournalFile + "-wal", FileMode.Create, FileAccess.ReadWrite, FileShare.None);

        var refused = await Assert.ThrowsAsync<DataDirectoryException>(() => EngineFixture.StartAsync(folder: _folder));

        Assert.Contains(_folder.Path, refused.Message, StringComparison.Ordinal);
        Assert.IsType<IOException>(refused.InnerException);
    }
}
