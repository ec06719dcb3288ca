using Metering.Server.Hosting;
using Metering.Server.Storage;
using Metering.Server.Tests.Support;
using Microsoft.Data.Sqlite;

namespace Metering.Server.Tests.Hosting;

/// <summary>A backup is of one moment, whatever the server does meanwhile, and a server can be started on it.</summary>
public sealed class BackupTests
{
    private const int Callers = 4;
    private const int Backups = 3;
    private const int Warm = 5;
    private readonly int[] _sent = new int[Callers];
    private readonly int[] _acknowledged = new int[Callers];

    [Fact]
    public async Task A_backup_under_load_has_what_was_acknowledged_at_its_moment_and_verifies()
    {
        // Written out all the time, so that the files change under the backup as often as they can.
        await using var fixture = await EngineFixture.StartAsync(
            options => options with { WriteOutAfterMilliseconds = 10, WriteOutEntries = 100, MaxPendingEntries = 1_000 });
        for (var caller = 0; caller < Callers; caller++)
        {
            await fixture.OpenLicenseAsync($"lic_{caller}_first", limit: null);
            await fixture.OpenLicenseAsync($"lic_{caller}_then", limit: null);
        }

        using var folder = new DataFolder();
        using var begun = new CountdownEvent(Callers);
        using var over = new CancellationTokenSource();
        var load = Enumerable.Range(0, Callers).Select(caller => Task.Run(() => CallAsync(fixture, caller, begun, over.Token)))
            .Append(Task.Run(() => WriteStoreAsync(fixture, over.Token))).ToList();
        begun.Wait();
        var backups = new List<(string Path, int[] Before, int[] After)>();
        for (var i = 0; i < Backups; i++)
        {
            var before = Array.ConvertAll(_acknowledged, (int count) => count);
            var backup = Path.Combine(folder.Path, $"backup-{i}");
            Assert.Equal(0, await BackupAsync(fixture, backup));
            backups.Add((backup, before, Array.ConvertAll(_sent, (int count) => count)));
        }

        await over.CancelAsync();
        await Task.WhenAll(load);
        Assert.All(_acknowledged, count => Assert.NotEqual(0, count));
        foreach (var (path, before, after) in backups)
        {
            await CheckAsync(fixture, path, before, after);
        }

        await fixture.VerifyAsync();
    }

    [Fact]
    public async Task A_backup_has_what_only_the_journal_holds_and_can_be_made_of_a_stopped_server()
    {
        await using var fixture = await EngineFixture.StartAsync(options => options with { WriteOutAfterMilliseconds = 60_000 });
        await fixture.OpenLicenseAsync("lic_a");
        await fixture.ConsumeAsync("lic_a", "key-1");

        // What a killed process leaves: logs that nobody has copied into their files.
        using var killed = fixture.Folder.Copy();
        using var folder = new DataFolder();
        var backup = Path.Combine(folder.Path, "backup");
        await BackupAsync(fixture, backup, killed.Path);

        await using var restored = await EngineFixture.StartAsync(folder: new DataFolder(backup));
        Assert.Equal(1, await restored.UsedAsync("lic_a"));
        Assert.Equal(ApplyStatus.Replayed, (await restored.ConsumeAsync("lic_a", "key-1")).Status);
        if (!OperatingSystem.IsWindows())
        {
            foreach (var file in Directory.GetFiles(backup, "*.db"))
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            }
        }
    }

    [Fact]
    public async Task A_store_that_is_written_while_the_files_are_fixed_is_looked_at_again()
    {
        await using var fixture = await EngineFixture.StartAsync();
        await fixture.OpenLicenseAsync("lic_a");
        using var folder = new DataFolder();
        var looks = 0;

        // Written out and deleted from the journal: with the store of before, the use would be in neither of the two.
        using (var files = FilesAtOneMoment.Open(fixture.Folder.Path, look =>
        {
            looks = look;
            if (look < 3)
            {
                Task.Run(async () =>
                {
                    await fixture.ConsumeAsync("lic_a");
                    await fixture.Engine.FlushAsync();
                }).GetAwaiter().GetResult();
            }
        }))
        {
            files.CopyTo(folder.Path, CancellationToken.None);
        }

        Assert.Equal(3, looks);
        Assert.Equal("", EngineFixture.Verify(folder, fixture.Options with { Data = folder.Path }));
        await using var restored = await EngineFixture.StartAsync(folder: folder);
        Assert.Equal(2, await restored.UsedAsync("lic_a"));
    }

    [Fact]
    public async Task What_cannot_be_backed_up_leaves_nothing_behind()
    {
        await using var fixture = await EngineFixture.StartAsync();
        using var folder = new DataFolder();
        using var broken = fixture.Folder.Copy();
        var backup = Path.Combine(folder.Path, "backup");

        await Assert.ThrowsAsync<CommandLineException>(() => BackupAsync(fixture, folder.Path));
        await Assert.ThrowsAsync<CommandLineException>(() => BackupAsync(fixture, Path.Combine(backup, "deeper")));
        await Assert.ThrowsAsync<DataDirectoryException>(
            () => BackupAsync(fixture, backup, cancellationToken: new CancellationToken(canceled: true)));
        File.Delete(Path.Combine(broken.Path, "webhooks.db"));
        await Assert.ThrowsAsync<DataDirectoryException>(() => BackupAsync(fixture, backup, broken.Path));
        await File.WriteAllTextAsync(Path.Combine(broken.Path, "webhooks.db"), new string('x', 8_192));
        var told = await Assert.ThrowsAsync<DataDirectoryException>(() => BackupAsync(fixture, backup, broken.Path));

        Assert.Contains("webhooks.db is damaged", told.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_copy_that_fails_says_what_SQLite_says()
    {
        using var folder = new DataFolder();
        var other = Path.Combine(folder.Path, "other.db");

        // SQLite copies nothing into a file with a log whose pages have another size.
        DataFolder.Execute(other, "PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; CREATE TABLE some (id INTEGER)");
        using var database = Database.OpenWriter(folder.StoreFile, cacheKib: 1_024);
        database.Execute("CREATE TABLE some (id INTEGER)");

        var told = Assert.Throws<SqliteException>(() => database.CopyTo(other, CancellationToken.None));

        Assert.Equal("SQLite error 8: attempt to write a readonly database", told.Message);
    }

    // First one license, then the other: at every moment the first has as many or one more, on whatever shards they are.
    private async Task CallAsync(EngineFixture fixture, int caller, CountdownEvent begun, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            _sent[caller]++;
            Assert.Equal(ApplyStatus.Applied, (await fixture.ConsumeAsync($"lic_{caller}_first", $"key-{_sent[caller]}")).Status);
            if (_acknowledged[caller]++ == Warm)
            {
                begun.Signal();
            }

            Assert.Equal(ApplyStatus.Applied, (await fixture.ConsumeAsync($"lic_{caller}_then", $"key-{_sent[caller]}")).Status);
        }
    }

    // As management calls do.
    private static async Task WriteStoreAsync(EngineFixture fixture, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            await fixture.Engine.Store.RunAsync(store => Marks.WriteSeen(store, fixture.Clock.UtcNow));
        }
    }

    private static async Task CheckAsync(EngineFixture fixture, string backup, int[] before, int[] after)
    {
        using var folder = new DataFolder(backup);
        Assert.Equal("", EngineFixture.Verify(folder, fixture.Options with { Data = backup }));
        await using var restored = await EngineFixture.StartAsync(folder: folder);
        for (var caller = 0; caller < Callers; caller++)
        {
            var (first, then) = (await restored.UsedAsync($"lic_{caller}_first"), await restored.UsedAsync($"lic_{caller}_then"));
            Assert.InRange(first, before[caller], after[caller]);
            Assert.InRange(first - then, 0, 1);
        }
    }

    private static Task<int> BackupAsync(
        EngineFixture fixture, string to, string? from = null, CancellationToken cancellationToken = default) =>
        BackupCommand.Run(
            new ServerArguments(null, from ?? fixture.Folder.Path, false, false, null, []), to, TextWriter.Null, cancellationToken);
}
