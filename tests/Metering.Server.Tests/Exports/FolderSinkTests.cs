using System.Diagnostics.CodeAnalysis;
using Metering.Reports;
using Metering.Server.Exports;
using Metering.Server.Storage;
using Metering.Server.Tests.Support;

namespace Metering.Server.Tests.Exports;

/// <summary>A file has its name only when all of it is there, and nothing is written outside of the folder.</summary>
public sealed class FolderSinkTests : IDisposable
{
    private readonly DataFolder _folder = new();

    [Fact]
    public async Task A_file_that_is_given_up_leaves_nothing()
    {
        var sink = new FolderSink(_folder.Path);
        var file = await sink.CreateAsync("acme/a.csv", "exp_1", default);
        await file.Content.WriteAsync(new byte[1_000_000]);
        Assert.Null(await sink.OpenAsync("acme/a.csv", default));
        await file.DisposeAsync();
        Assert.Empty(Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_published_file_is_there_whole()
    {
        var sink = new FolderSink(_folder.Path);
        await using (var file = await sink.CreateAsync("a.csv", "exp_1", default))
        {
            await file.Content.WriteAsync("whole"u8.ToArray());
            await file.PublishAsync(default);
        }

        Assert.Equal("whole", await File.ReadAllTextAsync(sink.LocationOf("a.csv")));
        Assert.Single(Directory.GetFiles(_folder.Path));
        await sink.RemoveAsync("a.csv", default);
        await sink.RemoveAsync("a.csv", default);
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public async Task Names_are_brought_to_the_disk_also_those_of_folders_that_are_made()
    {
        var sink = new FolderSink(Path.Combine(_folder.Path, "new"));
        await using (var file = await sink.CreateAsync("a/b/c.csv", "exp_1", default))
        {
            await file.PublishAsync(default);
        }

        Assert.True(File.Exists(sink.LocationOf("a/b/c.csv")));
        FolderSync.ToDisk(_folder.Path);
        if (!OperatingSystem.IsWindows())
        {
            var gone = Path.Combine(_folder.Path, "gone");
            Assert.Contains("gone", Assert.Throws<IOException>(() => FolderSync.ToDisk(gone)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void No_name_leads_out_of_the_folder()
    {
        var sink = new FolderSink(_folder.Path);
        foreach (var name in new[] { "../x", "a/../../x", "/etc/passwd", "" })
        {
            Assert.Throws<ExportFailedException>(() => sink.LocationOf(name));
        }
    }

    // On a Unix there is a device that never has room, and one that nobody may write, be it root.
    [Fact]
    [SuppressMessage("Reliability", "CA2000", Justification = "Disposed as the sink disposes it.")]
    public async Task A_full_disk_and_a_folder_that_may_not_be_written_are_told_apart()
    {
        if (!File.Exists("/dev/full"))
        {
            return;
        }

        var sink = new FolderSink(_folder.Path);
        await using var full = new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        var noRoom = await Assert.ThrowsAnyAsync<IOException>(() => full.WriteAsync(new byte[10]).AsTask());
        Assert.Equal(ExportFailure.DiskFull, sink.Explain(noRoom)!.Code);
        Assert.Equal(ExportFailure.NotWritable, sink.Explain(new UnauthorizedAccessException("no"))!.Code);
        Assert.Null(sink.Explain(new InvalidOperationException()));
    }

    public void Dispose() => _folder.Dispose();
}
