using Metering.Server.Storage;
using Microsoft.Data.Sqlite;

namespace Metering.Server.Evidence;

/// <summary>Tells of rows that belong to no license, after all licenses were looked at.</summary>
internal sealed class StrayRows(Database store, VerificationScope scope, Findings findings)
{
    /// <summary>Looks for them.</summary>
    /// <param name="rows">How many ledger rows were read by way of the licenses.</param>
    /// <param name="holders">How many rows of <c>feature_holder</c> were.</param>
    internal void Run(long rows, long holders)
    {
        Try("the ledger", () => LookAtLedger(rows));
        Try("the runs of entries", LookAtRuns);
        Try("the directory", LookAtDirectory);
        Try("the notes of features", () => LookAtHolders(holders));
        Try("the outbox", LookAtOutbox);
    }

    private void Try(string what, Action look)
    {
        try
        {
            look();
        }
        catch (SqliteException e)
        {
            findings.Tell($"{what} cannot be read to its end ({e.Message})");
        }
    }

    // Rows are numbered without gaps. So where as many were read as there should be, and none is outside, there is no other one.
    private void LookAtLedger(long rows)
    {
        var first = Number($"SELECT COALESCE(MIN(id), {scope.RemovedThrough + 1}) FROM ledger");
        var last = Number($"SELECT COALESCE(MAX(id), {scope.RemovedThrough}) FROM ledger");
        if (first != scope.RemovedThrough + 1 || last != scope.LastRow)
        {
            findings.Tell(
                $"the ledger has rows from {first} to {last}, but should have those from {scope.RemovedThrough + 1} to {scope.LastRow}");
        }

        if (rows == scope.Rows && last == scope.LastRow)
        {
            return;
        }

        var statement = store["SELECT id, license, entry FROM ledger ORDER BY id"];
        while (statement.Next())
        {
            var (id, license) = (statement.Integer(0), statement.Integer(1));
            var entry = StoredText.ReadEntry(statement.Bytes(2)).Value;
            if (entry is not null && !IsInRun(id, license, entry.Sequence))
            {
                findings.Tell($"{NameOf(license)}: ledger row {id} (entry {entry.Sequence}) belongs to no run of the license's entries");
            }
        }
    }

    // When two runs have the same id, readers use only one of them.
    private void LookAtRuns()
    {
        var statement = store["SELECT id FROM ledger_run_recent CROSS JOIN ledger_run USING (id) ORDER BY id"];
        while (statement.Next())
        {
            var id = statement.Integer(0);
            var name = NameOf(id >> LedgerId.SequenceBits);
            findings.Tell($"{name}: the run from entry {LedgerId.Sequence(id)} on is in both parts of ledger_run");
        }
    }

    private bool IsInRun(long row, long license, long sequence)
    {
        var statement = store["SELECT id, row, count FROM ledger_run_all WHERE id BETWEEN ? AND ? ORDER BY id DESC LIMIT 1"]
            .Bind(1, LedgerId.Of(license, 0)).Bind(2, LedgerId.Of(license, sequence));
        var found = statement.Next() && row - statement.Integer(1) == sequence - LedgerId.Sequence(statement.Integer(0))
            && row < statement.Integer(1) + statement.Integer(2);
        statement.Reset();
        return found;
    }

    private void LookAtDirectory()
    {
        var statement = store["SELECT id FROM directory WHERE id NOT IN (SELECT id FROM license) ORDER BY id"];
        while (statement.Next())
        {
            findings.Tell($"{statement.Text(0)}: it has a row in the directory but no state");
        }
    }

    private void LookAtHolders(long holders)
    {
        // As many as licenses vouched for: then none of them is a stray one.
        if (Number("SELECT COUNT(*) FROM feature_holder") == holders)
        {
            return;
        }

        var statement = store["SELECT license, feature, tenant, created FROM feature_holder ORDER BY license, feature"];
        while (statement.Next())
        {
            var (license, feature) = (statement.Text(0), statement.Text(1));
            var state = StateOf(license, out var isThere);
            if (isThere && state is null)
            {
                // It cannot be read, which was told.
                continue;
            }

            if (state?.FindMeter(feature) is null || state.TenantId != statement.Text(2)
                || state.CreatedAt.UtcTicks != statement.Integer(3))
            {
                findings.Tell($"{license}: the directory notes {feature}, which it never had according to its state");
            }
        }
    }

    private void LookAtOutbox()
    {
        var statement = store["SELECT id, license_id, body FROM signal_outbox ORDER BY id"];
        while (statement.Next())
        {
            var (id, license) = (statement.Integer(0), statement.Text(1));
            var (signal, fault) = StoredText.Read(statement.Bytes(2), MeteringJson.Default.Signal);
            var at = SequenceOf(license);
            if (signal is null)
            {
                findings.Tell($"{license}: signal {id} of the outbox cannot be read: {fault}");
            }
            else if (signal.LicenseId != license || at is null)
            {
                findings.Tell($"{license}: signal {id} of the outbox is of {signal.LicenseId}, but there is no such license");
            }
            else if (signal.Sequence < 1 || signal.Sequence > at)
            {
                findings.Tell($"{license}: signal {id} of the outbox tells of entry {signal.Sequence}, but the license is at entry {at}");
            }
        }
    }

    private LicenseState? StateOf(string license, out bool isThere)
    {
        var statement = store["SELECT state FROM license WHERE id = ?"].Bind(1, license);
        isThere = statement.Next();
        var state = isThere ? StoredText.Read(statement.Bytes(0), MeteringJson.Default.LicenseState).Value : null;
        statement.Reset();
        return state;
    }

    private long? SequenceOf(string license) => store["SELECT sequence FROM license WHERE id = ?"].Bind(1, license).Number();

    private string NameOf(long license)
    {
        var statement = store["SELECT id FROM license WHERE key = ?"].Bind(1, license);
        var name = statement.Next() ? statement.Text(0) : $"license {license}";
        statement.Reset();
        return name;
    }

    private long Number(string query) => store[query].Number() ?? 0;
}
