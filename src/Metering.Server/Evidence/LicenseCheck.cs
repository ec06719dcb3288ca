using System.Globalization;
using Metering.Server.Storage;
using Microsoft.Data.Sqlite;

namespace Metering.Server.Evidence;

/// <summary>
/// Proves one license: its rows are there and chained, the memory of keys leads to them, and what they record comes to its state, its
/// rollups and its records of closed periods. It reads a row at a time.
/// </summary>
internal sealed class LicenseCheck : ILedgerVisitor
{
    private const int EntriesPerReport = 1_000;

    private readonly Database _store;
    private readonly VerificationScope _scope;
    private readonly VerificationProgress _progress;
    private readonly LicenseFindings _findings;
    private readonly long _license;
    private readonly IdentityCheck _identities;
    private LicenseReplay? _replay;

    internal LicenseCheck(Database store, VerificationScope scope, VerificationProgress progress, LicenseFindings findings, long license)
    {
        _store = store;
        _scope = scope;
        _progress = progress;
        _findings = findings;
        _license = license;
        _identities = new IdentityCheck(store, license);
    }

    /// <summary>How many ledger rows were read.</summary>
    internal long Rows { get; private set; }

    /// <summary>The state; null when it cannot be read.</summary>
    internal LicenseState? State { get; private set; }

    /// <summary>Proves the license. A part that cannot be read is told, and the others are looked at.</summary>
    internal void Run()
    {
        try
        {
            var (sequence, link) = ReadLicense();
            _replay = LicenseReplay.Begin(_store, _license, _findings.Name, _findings.Add);
            if (_replay.Fault is { } fault)
            {
                _findings.Add($"when entries before {_replay.First} were removed, {fault}");
            }

            new LedgerWalk(_store, _license, _findings, this).Run(_replay.First, sequence);
            if (!_replay.EndsWith(link))
            {
                _findings.Add("its last link is not that of its last entry: entries were removed from its end, or added there");
            }

            CompareMemory(_replay.First, sequence);
            CompareReplay(_replay);
        }
        catch (SqliteException e)
        {
            _findings.Add($"cannot be read to its end ({e.Message})");
        }
        finally
        {
            _progress.Read(Rows % EntriesPerReport);
            _progress.License();
        }
    }

    /// <inheritdoc/>
    public void Visit(in LedgerRow row, long sequence)
    {
        // Not with each row: all threads report to one place, under one lock.
        if (++Rows % EntriesPerReport == 0)
        {
            _progress.Read(EntriesPerReport);
        }

        if (row.License != _license)
        {
            Tell(row, sequence, $"the row is one of license {row.License}");
        }

        _replay!.Take(row, sequence, _findings.Add);
        ReadMemory(row, sequence);
    }

    /// <inheritdoc/>
    public void Miss() => _replay!.Miss();

    private (long Sequence, byte[] Link) ReadLicense()
    {
        var statement = _store["SELECT id, sequence, link, state FROM license WHERE key = ?"].Bind(1, _license);
        try
        {
            statement.Next();
            var (sequence, link) = (statement.Integer(1), statement.Bytes(2).ToArray());

            // Its id as soon as it is known: what is found from here on can be looked up by it.
            _findings.Name = statement.Text(0);
            var (state, fault) = StoredText.Read(statement.Bytes(3), MeteringJson.Default.LicenseState);
            State = state;
            if (state is null)
            {
                _findings.Add($"its state cannot be read: {fault}");
            }
            else if (state.LicenseId != _findings.Name || state.Sequence != sequence)
            {
                _findings.Add(
                    $"its row says that it is at entry {sequence}, but its state that it is {state.LicenseId} at entry {state.Sequence}");
            }

            return (sequence, link);
        }
        finally
        {
            statement.Reset();
        }
    }

    private void ReadMemory(in LedgerRow row, long sequence)
    {
        if (!row.Answer.IsEmpty)
        {
            _identities.Visit(row);
        }
        else if (!row.Forgotten.IsEmpty && row.Id > _scope.ForgottenThrough)
        {
            Tell(row, sequence, "its answer was removed while it should still be remembered");
        }
    }

    private void CompareMemory(long first, long last)
    {
        if (_identities.Agrees())
        {
            return;
        }

        // What is wrong with the rows themselves was told when they were read for the first time.
        var told = new LicenseFindings { Name = _findings.Name };
        var search = new IdentitySearch(_store, _license, _identities, _scope.Memory, _findings);
        new LedgerWalk(_store, _license, told, search).Run(first, last);
        search.Name();
    }

    private void CompareReplay(LicenseReplay replay)
    {
        var rollups = Rollups();
        var periods = Periods();
        if (!replay.IsWhole)
        {
            _findings.Add("its state and rollups could not be compared, because some of its entries are missing");
        }
        else if (State is not null)
        {
            foreach (var difference in replay.Compare(State, rollups, periods, _scope.RollupsFrom))
            {
                // Each begins with the license, as each of ours is told.
                _findings.Add(difference[(_findings.Name.Length + 2)..]);
            }
        }
    }

    private List<ClosedDay> Rollups()
    {
        var rollups = new List<ClosedDay>();
        var statement = _store["SELECT day, feature, body FROM rollup WHERE license = ?"].Bind(1, _license);
        while (statement.Next())
        {
            var (rollup, fault) = StoredText.Read(statement.Bytes(2), MeteringJson.Default.DayRollup);
            var day = statement.Integer(0);
            if (rollup is null)
            {
                _findings.Add($"the rollup of {statement.Text(1)} on {Named(day)} cannot be read: {fault}");
            }
            else if (rollup.Day.DayNumber != day)
            {
                _findings.Add($"the rollup of {statement.Text(1)} on {Named(day)} is that of {rollup.Day:yyyy-MM-dd}");
            }
            else
            {
                rollups.Add(new ClosedDay(statement.Text(1), rollup));
            }
        }

        return rollups;
    }

    // A day that was changed need not be one.
    private static string Named(long day) => day >= 0 && day <= DateOnly.MaxValue.DayNumber
        ? DateOnly.FromDayNumber((int)day).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
        : $"day {day}";

    private List<FeaturePeriod> Periods()
    {
        var periods = new List<FeaturePeriod>();
        var statement = _store["SELECT ended, feature, started, sequence, reset, body FROM closed_period WHERE license = ?"].Bind(1, _license);
        while (statement.Next())
        {
            var (record, fault) = StoredText.Read(statement.Bytes(5), MeteringJson.Default.FeaturePeriod);
            var where = $"the record of a period of {statement.Text(1)}";
            if (record is null)
            {
                _findings.Add($"{where} cannot be read: {fault}");
            }
            else if (record.FeatureCode != statement.Text(1) || record.Sequence != statement.Integer(3)
                || PeriodRecords.StaysEnded(record) != (statement.Integer(4) != 0)
                || record.Period.Start.ToUnixTimeMilliseconds() != statement.Integer(2)
                || record.Period.End?.ToUnixTimeMilliseconds() != statement.Integer(0))
            {
                _findings.Add($"{where} is listed as another one");
            }
            else
            {
                periods.Add(record);
            }
        }

        return periods;
    }

    private void Tell(in LedgerRow row, long sequence, string what) =>
        _findings.Add($"entry {sequence} (ledger row {row.Id}): {what}");
}
