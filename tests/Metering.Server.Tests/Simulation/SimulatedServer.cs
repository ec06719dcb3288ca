using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Metering.Server.Engine;
using Metering.Server.Evidence;
using Metering.Server.Storage;
using Metering.Server.Stores;
using Metering.Server.Tests.Support;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Metering.Server.Tests.Simulation;

/// <summary>The server's engine on a simulated disk, from one start to the next.</summary>
internal sealed class SimulatedServer(string directory, SimulatedDisk disk, ServerOptions options, ManualClock clock, PlantedFault fault)
{
    private const int CacheKib = 1024;

    // Another program's connections, kept from one checkpoint to the next: opening one costs more than what it does.
    private readonly Dictionary<string, Database> _others = new(StringComparer.Ordinal);
    private long _lastRow;

    internal MeterEngine? Engine { get; private set; }

    internal ServerOptions Options => options;

    /// <summary>Opens the files and recovers what they hold; false when the disk does not let it.</summary>
    internal bool Start(bool afterCrash)
    {
        try
        {
            Engine = SeededContext.Outside(() =>
            {
                var taken = DataDirectory.Take(directory);
                if (afterCrash)
                {
                    try
                    {
                        fault.Recover(taken, options);
                    }
                    catch
                    {
                        taken.Dispose();
                        throw;
                    }
                }

                return MeterEngine.Prepare(taken, options, clock);
            });
            return true;
        }
        catch (Exception e) when (e is DataDirectoryException or SqliteException)
        {
            if (disk.IsAlive && disk.Fault == DiskFault.None)
            {
                throw new FoundException($"The server does not start: {e.Message}", e);
            }

            return false;
        }
    }

    /// <summary>Closes the engine, of which nothing is under way; or throws away what the process had, when its disk is gone.</summary>
    internal void End()
    {
        SeededContext.Outside(() =>
        {
            // Before the engine, whose connections do more when they are the last.
            foreach (var other in _others.Values)
            {
                other.Dispose();
            }

            _others.Clear();
            Engine!.CloseAsync().GetAwaiter().GetResult();
            return true;
        });
        Engine = null;
    }

    /// <summary>Copies the log of a file into it, from a connection of another program.</summary>
    internal void Checkpoint(string file)
    {
        try
        {
            if (!_others.TryGetValue(file, out var database))
            {
                database = Database.OpenWriter(Path.Combine(directory, file), CacheKib, options.LockWait);
                _others.Add(file, database);
            }

            database.Checkpoint();
        }
        catch (SqliteException)
        {
            // It holds nothing up: the log has what the file does not have yet.
        }
    }

    /// <summary>Reads the ledger's new rows.</summary>
    internal void Look(IReadOnlyDictionary<string, SimulatedLicense> licenses)
    {
        foreach (var (row, license, entry, answer, isForgotten) in Read(Rows))
        {
            _lastRow = row;
            licenses[license].See(entry, answer, isForgotten);
        }
    }

    /// <summary>The number of each license's last entry that the store has.</summary>
    internal Dictionary<string, long> Stored() => Read(store =>
    {
        var stored = new Dictionary<string, long>(StringComparer.Ordinal);
        var statement = store["SELECT id, sequence FROM license"];
        while (statement.Next())
        {
            stored.Add(statement.Text(0), statement.Integer(1));
        }

        return stored;
    });

    /// <summary>Writes into the directory what the API writes there, beside the engine.</summary>
    internal async Task NoteAsync(SimulatedLicense license)
    {
        if (license.State is not { } state)
        {
            return;
        }

        var directory = new SqliteLicenseDirectory(Engine!, clock);
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(license.Id)));
        var record = new LicenseRecord { Id = license.Id, TenantId = state.TenantId, KeyHash = hash, CreatedAt = state.CreatedAt };
        await directory.AddAsync(record, CancellationToken.None);
        await directory.NoteFeaturesAsync(LicenseFeatures.Of(state), CancellationToken.None);
    }

    /// <summary>Proves the files of a server that has ended, as an operator does.</summary>
    internal void Verify() => SeededContext.Outside(() =>
    {
        using var taken = DataDirectory.Take(directory);
        using var output = new StringWriter();
        return Verification.Run(taken, options, output, TextWriter.Null, TimeProvider.System, NullLogger.Instance) == 0
            ? true
            : throw new FoundException($"verify: {output}");
    });

    // Whoever looks at what the engine does is not troubled by the disk's faults, and nothing is done meanwhile.
    private T Read<T>(Func<Database, T> read)
    {
        var (faultNow, meanwhile) = (disk.Fault, disk.Meanwhile);
        (disk.Fault, disk.Meanwhile) = (DiskFault.None, null);
        var result = Engine!.Readers.ReadAsync(read, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        (disk.Fault, disk.Meanwhile) = (faultNow, meanwhile);
        return result;
    }

    private List<(long Row, string License, LedgerEntry Entry, Answer? Answer, bool IsForgotten)> Rows(Database store)
    {
        var rows = new List<(long Row, string License, LedgerEntry Entry, Answer? Answer, bool IsForgotten)>();
        var statement = store[
            "SELECT l.id, k.id, l.entry, l.answer, l.forgotten FROM ledger l JOIN license k ON k.key = l.license WHERE l.id > ? ORDER BY l.id"]
            .Bind(1, _lastRow);
        while (statement.Next())
        {
            rows.Add((
                statement.Integer(0), statement.Text(1),
                JsonSerializer.Deserialize(statement.Bytes(2), MeteringJson.Default.LedgerEntry)!,
                statement.IsNull(3) ? null : StoredJson.ReadAnswer(statement.Bytes(3), statement.Bytes(2)),
                !statement.IsNull(4)));
        }

        return rows;
    }
}
