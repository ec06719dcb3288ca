using System.Text.Json;
using Metering.Server.Engine;
using Metering.Server.Storage;
using Metering.Server.Stores;
using Microsoft.Extensions.Logging;

namespace Metering.Server.Evidence;

/// <summary>Replays the ledger of every license in a data directory.</summary>
internal static class Verification
{
    private const int MaxLicensesPerStep = 500;

    /// <summary>Compares, and writes what differs, one line each.</summary>
    /// <param name="directory">The data directory; no server may be using it.</param>
    /// <param name="options">How the engine is sized; its journal is replayed first.</param>
    /// <param name="output">Where to write.</param>
    /// <param name="logger">Where the replay of the journal is told.</param>
    /// <returns>How many differences there are.</returns>
    internal static long Run(DataDirectory directory, EngineOptions options, TextWriter output, ILogger logger)
    {
        var files = OpenedFiles.Open(directory, options, logger);
        using var journal = files.Journal;
        using var store = files.Store;
        var (licenses, entries, differences) = (0L, 0L, 0L);
        var after = 0L;
        var removed = Marks.Read(store, Marks.LedgerRemoved) > 0;
        while (true)
        {
            var some = Licenses(store, after);
            if (some.Count == 0)
            {
                break;
            }

            after = some[^1].Key;
            foreach (var license in some)
            {
                var replay = new LedgerReplay(license.State.LicenseId);
                foreach (var entry in LedgerRows.From(store, license.Key, 1))
                {
                    replay.Add(entry);
                }

                foreach (var difference in replay.Compare(license.State, Rollups(store, license.Key), removed))
                {
                    output.WriteLine(difference);
                    differences++;
                }

                licenses++;
                entries += replay.Entries;
            }
        }

        output.WriteLine(differences == 0
            ? $"All agrees: {licenses} licenses, {entries} ledger entries."
            : $"{differences} differences in {licenses} licenses, {entries} ledger entries.");
        return differences;
    }

    private static List<StoredLicense> Licenses(Database store, long after)
    {
        var licenses = new List<StoredLicense>();
        var statement = store["SELECT key, state FROM license WHERE key > ? ORDER BY key LIMIT ?"].Bind(1, after).Bind(2, MaxLicensesPerStep);
        while (statement.Next())
        {
            licenses.Add(new StoredLicense(statement.Integer(0), LicenseStates.Parse(statement.Bytes(1))));
        }

        return licenses;
    }

    private static List<ClosedDay> Rollups(Database store, long license)
    {
        var rollups = new List<ClosedDay>();
        var statement = store["SELECT feature, body FROM rollup WHERE license = ?"].Bind(1, license);
        while (statement.Next())
        {
            rollups.Add(new ClosedDay(
                statement.Text(0), JsonSerializer.Deserialize(statement.Bytes(1), MeteringJson.Default.DayRollup)!));
        }

        return rollups;
    }
}
