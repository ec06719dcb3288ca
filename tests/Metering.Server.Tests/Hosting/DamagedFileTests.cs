using System.Security.Cryptography;
using Metering.Server.Hosting;
using Metering.Server.Storage;
using Metering.Server.Tests.Support;

namespace Metering.Server.Tests.Hosting;

/// <summary>What the commands say of files that cannot be used.</summary>
public sealed class DamagedFileTests
{
    private const int PageBytes = 4096;

    private static readonly string[][] OfTheStore =
        [["verify"], ["accept-files"], ["repair-clock"], ["backup", "--to"], ["token", "list"], ["lease-key", "rotate"]];

    /// <summary>Each file, with the commands that read it.</summary>
    public static TheoryData<string, string[]> Reading
    {
        get
        {
            var data = new TheoryData<string, string[]>();
            foreach (var file in DataDirectory.FileNames)
            {
                foreach (var command in OfTheStore.Take(file == "meter.db" ? OfTheStore.Length : 4))
                {
                    data.Add(file, command);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Reading))]
    public async Task A_file_that_is_no_database_is_named_with_what_to_do(string file, string[] command)
    {
        using var folder = await FolderAsync();
        var damaged = Path.Combine(folder.Path, file);
        await File.WriteAllBytesAsync(damaged, RandomNumberGenerator.GetBytes(PageBytes));

        var told = await Assert.ThrowsAsync<DataDirectoryException>(() => RunAsync(folder, command));

        Assert.Equal(
            $"{damaged} is damaged (SQLite error 26: file is not a database). Restore meter.db, journal.db and webhooks.db from one backup.",
            told.Message);
    }

    [Theory]
    [InlineData("journal.db", "accept-files")]
    [InlineData("webhooks.db", "accept-files")]
    [InlineData("webhooks.db", "verify")]
    [InlineData("meter.db", "token", "list")]
    public async Task A_directory_in_place_of_a_file_is_named(string file, params string[] command)
    {
        using var folder = await FolderAsync();
        var wrong = Path.Combine(folder.Path, file);
        File.Delete(wrong);
        Directory.CreateDirectory(wrong);

        var told = await Assert.ThrowsAsync<DataDirectoryException>(() => RunAsync(folder, command));

        Assert.Equal($"{wrong} is a directory, but must be a file.", told.Message);
    }

    [Fact]
    public async Task Damage_behind_the_first_page_is_told_with_what_to_do()
    {
        using var folder = await FolderAsync();
        using (var journal = new FileStream(folder.JournalFile, FileMode.Open))
        {
            journal.Position = PageBytes;
            journal.Write(RandomNumberGenerator.GetBytes((int)(journal.Length - PageBytes)));
        }

        var told = await Assert.ThrowsAsync<DataDirectoryException>(() => RunAsync(folder, ["accept-files"]));

        Assert.StartsWith($"The data in {folder.Path} is damaged (", told.Message, StringComparison.Ordinal);
        Assert.EndsWith("Restore meter.db, journal.db and webhooks.db from one backup.", told.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_program_says_it_in_a_line_and_ends_with_code_1()
    {
        using var folder = await FolderAsync();
        await File.WriteAllBytesAsync(Path.Combine(folder.Path, "webhooks.db"), RandomNumberGenerator.GetBytes(PageBytes));

        var (code, output) = await ServerProcess.RunAsync("accept-files", "--data", folder.Path);

        Assert.Equal(1, code);
        Assert.Single(output.Trim().Split(Environment.NewLine));
        Assert.Contains("webhooks.db is damaged", output, StringComparison.Ordinal);
    }

    // As a server leaves it that was stopped.
    private static async Task<DataFolder> FolderAsync()
    {
        var folder = new DataFolder();
        await using var fixture = await EngineFixture.StartAsync(folder: folder);
        await fixture.OpenLicenseAsync("lic_a");
        await fixture.Engine.DisposeAsync();
        return folder.Copy();
    }

    private static Task<int> RunAsync(DataFolder folder, string[] command)
    {
        string[] to = command[0] == "backup" ? [Path.Combine(folder.Path, "copy")] : [];
        return ServerCommandLine.Create().Parse([.. command, .. to, "--data", folder.Path]).InvokeAsync(
            new() { EnableDefaultExceptionHandler = false, Output = TextWriter.Null, Error = TextWriter.Null });
    }
}
