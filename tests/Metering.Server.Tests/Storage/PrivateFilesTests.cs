using Metering.Server.Tests.Support;

namespace Metering.Server.Tests.Storage;

public sealed class PrivateFilesTests
{
    private const UnixFileMode Others = (UnixFileMode)0b111_111;

    [Fact]
    public async Task Nobody_else_may_read_the_data_also_what_was_left_open()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        await using var fixture = await EngineFixture.StartAsync();
        await fixture.OpenLicenseAsync("lic_a");
        AssertPrivate(fixture.Folder.Path);
        await fixture.Engine.DisposeAsync();
        File.SetUnixFileMode(fixture.Folder.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | Others);
        File.SetUnixFileMode(
            fixture.Folder.StoreFile, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);

        await fixture.RestartAsync();

        AssertPrivate(fixture.Folder.Path);
    }

    [Fact]
    public async Task A_directory_that_is_not_ours_alone_keeps_its_rights()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var folder = new DataFolder();
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "somebody-elses"), "");
        var open = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherRead;
        File.SetUnixFileMode(folder.Path, open);

        await using var fixture = await EngineFixture.StartAsync(folder: folder);

        Assert.Equal(open, File.GetUnixFileMode(folder.Path));
    }

    private static void AssertPrivate(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        Assert.Equal(0, (int)(File.GetUnixFileMode(directory) & Others));
        var files = Directory.GetFiles(directory);
        Assert.Contains(files, file => file.EndsWith("meter.db-wal", StringComparison.Ordinal));
        Assert.All(files, file =>
        {
            if (!OperatingSystem.IsWindows())
            {
                Assert.True((File.GetUnixFileMode(file) & Others) == 0, file);
            }
        });
    }
}
