using Metering.Server.Storage;
using Metering.Server.Tests.Simulation;
using Metering.Server.Tests.Support;
using Microsoft.Data.Sqlite;

namespace Metering.Server.Tests.Storage;

/// <summary>What is written at once reaches the disk in steps, and a step that fails is told.</summary>
public sealed class SyncInStepsTests : IDisposable
{
    private const int Steps = 6;

    private readonly DataFolder _folder = new();
    private readonly List<string> _synced = [];
    private readonly SimulatedDisk _disk;
    private readonly Database _store;

    public SyncInStepsTests()
    {
        _disk = new SimulatedDisk(new Random(1))
        {
            LosesSyncs = name =>
            {
                _synced.Add(name);
                return false;
            },
        };
        SqliteVfs.Mount(_folder.Path, _disk);
        _store = Database.OpenWriter(_folder.StoreFile, cacheKib: 64 * 1_024);
        _store.Execute("PRAGMA wal_autocheckpoint = 0");
        _store.Execute("CREATE TABLE kept (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL)");
        _synced.Clear();
    }

    public void Dispose()
    {
        _store.Dispose();
        SqliteVfs.Unmount(_folder.Path);
        _disk.End();
        _folder.Dispose();
    }

    [Fact]
    public void A_large_transaction_and_the_copy_of_the_log_are_synced_in_steps()
    {
        Keep(1, Steps * SyncInSteps.FileStepBytes);

        // Once for each step, and once for what comes after the last.
        Assert.Equal(Enumerable.Repeat("meter.db-wal", (Steps * SyncInSteps.FileStepBytes / SyncInSteps.StepBytes) + 1), _synced);
        _synced.Clear();

        var (logged, copied) = _store.Checkpoint();

        Assert.Equal(logged, copied);
        Assert.Equal(Steps + 1, _synced.Count(name => name == "meter.db"));
    }

    [Fact]
    public void A_small_one_is_synced_once()
    {
        for (var id = 1; id <= 3; id++)
        {
            Keep(id, SyncInSteps.StepBytes / 2);
        }

        Assert.Equal(Enumerable.Repeat("meter.db-wal", 3), _synced);
    }

    [Fact]
    public void A_step_that_cannot_be_synced_ends_the_transaction_and_leaves_nothing_of_it()
    {
        Keep(1, 10);
        _disk.Fault = DiskFault.Syncs;

        Assert.Throws<SqliteException>(() => Keep(2, Steps * SyncInSteps.StepBytes));

        // It did not go on to the end, where another sync may succeed.
        Assert.True(_disk.Files()["meter.db-wal"].Length < (Steps - 1) * SyncInSteps.StepBytes);
        _disk.Fault = DiskFault.None;
        Keep(3, 10);
        Assert.Equal([1, 3], Kept());
    }

    [Fact]
    public void A_log_that_cannot_be_synced_by_its_second_descriptor_ends_the_transaction()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        // The simulated disk syncs everything, but the second descriptor is opened beside it, and here it leads to what has no disk.
        using var folder = new DataFolder();
        var disk = new SimulatedDisk(new Random(1));
        File.CreateSymbolicLink(folder.StoreFile + "-wal", "/dev/null");
        SqliteVfs.Mount(folder.Path, disk);
        try
        {
            using var store = Database.OpenWriter(folder.StoreFile, cacheKib: 1_024);

            // With it the log begins, so it needs two syncs; SQLite does the first one itself.
            var refused = Assert.Throws<SqliteException>(() => store.Execute("CREATE TABLE kept (id INTEGER PRIMARY KEY)"));

            Assert.Equal(LogDescriptors.SyncFailed, refused.SqliteExtendedErrorCode);
        }
        finally
        {
            SqliteVfs.Unmount(folder.Path);
            disk.End();
        }
    }

    private void Keep(int id, int bytes) => _store.InTransaction(store =>
    {
        store["INSERT INTO kept (id, bytes) VALUES (?, ?)"].Bind(1, id).Bind(2, new byte[bytes]).Run();
        return true;
    });

    private List<long> Kept()
    {
        var kept = new List<long>();
        var statement = _store["SELECT id FROM kept ORDER BY id"];
        while (statement.Next())
        {
            kept.Add(statement.Integer(0));
        }

        return kept;
    }
}
