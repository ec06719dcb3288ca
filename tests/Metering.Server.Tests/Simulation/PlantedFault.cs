using Metering.Server.Engine;
using Metering.Server.Storage;

namespace Metering.Server.Tests.Simulation;

/// <summary>A fault that is put into the engine, or under it, for the simulation to find.</summary>
internal sealed record PlantedFault
{
    internal static readonly PlantedFault None = new();

    internal static readonly Dictionary<string, PlantedFault> All = new(StringComparer.Ordinal)
    {
        // The filter has learned from another file and says of the store's keys that they are new.
        ["shard: the filter does not know what the store has"] = new() { LearnsFromNothing = true },
        ["journal: rows are lost"] = new()
        {
            InJournal = "CREATE TRIGGER lost AFTER INSERT ON journal WHEN NEW.id % 3 = 0 BEGIN DELETE FROM journal WHERE id = NEW.id; END",
        },
        ["journal: answers leave before the rows are durable"] = new() { LosesSyncs = name => name == "journal.db-wal" },
        ["write-out: keys are lost"] = new()
        {
            InStore = "CREATE TRIGGER lost AFTER INSERT ON identity_recent WHEN NEW.value / 1048576 % 9 = 0 "
                + "BEGIN DELETE FROM identity_recent WHERE id = NEW.id; END",
        },
        ["write-out: keys are lost on their way to the large part"] = new()
        {
            InStore = "CREATE TRIGGER lost AFTER INSERT ON identity WHEN NEW.value / 1048576 % 9 = 0 "
                + "BEGIN DELETE FROM identity WHERE id = NEW.id; END",
        },
        ["write-out: runs are lost on their way to the large part"] = new()
        {
            InStore = "CREATE TRIGGER lost BEFORE INSERT ON ledger_run WHEN NEW.row % 9 = 0 BEGIN SELECT RAISE(IGNORE); END",
        },
        ["write-out: a state is not written"] = new()
        {
            InStore = "CREATE TRIGGER lost BEFORE UPDATE ON license WHEN NEW.sequence % 3 = 0 BEGIN SELECT RAISE(IGNORE); END",
        },
        ["write-out: the journal's rows go before the store has them"] = new() { LosesSyncs = name => name == "meter.db-wal" },
        ["retention: keys are forgotten too early"] = new() { RetentionAhead = TimeSpan.FromDays(30) },
        ["recovery: the last row of the journal is passed over"] = new()
        {
            BeforeRecovery = "DELETE FROM journal WHERE id = (SELECT MAX(id) FROM journal)",
        },
        ["recovery: the journal is emptied before the store has it"] = new() { BeforeRecovery = "DELETE FROM journal" },
    };

    internal TimeSpan RetentionAhead { get; private init; }

    internal Func<string, bool> LosesSyncs { get; private init; } = _ => false;

    private bool LearnsFromNothing { get; init; }

    private string? InStore { get; init; }

    private string? InJournal { get; init; }

    private string? BeforeRecovery { get; init; }

    /// <summary>Before the first start.</summary>
    internal void Plant(ServerOptions options)
    {
        if (this == None)
        {
            return;
        }

        using var directory = DataDirectory.Take(options.Data);
        Execute(directory.StoreFile, InStore, options);
        Execute(directory.JournalFile, InJournal, options);
        if (LearnsFromNothing)
        {
            FileForm.Open(Empty(directory.Path), 1024, options.LockWait, StoreSchema.Tables).Dispose();
        }
    }

    /// <summary>From where the filter learns what the store has.</summary>
    internal StoreReaders ReadersFor(MeterEngine engine) =>
        LearnsFromNothing ? new StoreReaders(Empty(engine.Options.Data)) : engine.Readers;

    /// <summary>Before each start after a crash.</summary>
    internal void Recover(DataDirectory directory, ServerOptions options) => Execute(directory.JournalFile, BeforeRecovery, options);

    private static string Empty(string directory) => Path.Combine(directory, "empty.db");

    private static void Execute(string file, string? sql, ServerOptions options)
    {
        if (sql is not null)
        {
            using var database = Database.OpenWriter(file, 1024, options.LockWait);
            database.Execute(sql);
        }
    }
}
