using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Metering.Server.Storage;

namespace Metering.Server.Engine;

/// <summary>Writes what batches made into the store's tables, each table in the order of its keys.</summary>
/// <remarks>
/// One is used again and again, by one thread at a time: its lists are as long as what is written at once, and made anew each time they
/// would be the largest garbage that there is.
/// </remarks>
/// <param name="filter">What learns of remembered keys; null before anything asks it.</param>
/// <param name="options">How many signals the outbox may hold, and how many rows the small parts of tables.</param>
internal sealed class StoreRows(IdentityFilter? filter, ServerOptions options) : IDisposable
{
    private readonly ArrayBufferWriter<byte> _json = new();
    private readonly Utf8JsonWriter _writer = new(Stream.Null, AppliedRows.OwnJson);
    private readonly List<(long License, int Batch, int Row)> _order = [];
    private readonly List<(IdentityKey Key, long Row)> _identities = [];
    private readonly Dictionary<LicenseCell, LicenseState> _last = [];
    private readonly List<LicenseCell> _changed = [];
    private readonly ChainLinks _links = new();
    private readonly RecentRows _recentIdentities = new(IdentityTable.Table, options.MaxRecentRows, IdentityTable.Move);
    private readonly RecentRows _recentRuns = new(LedgerRuns.Table, options.MaxRecentRows, LedgerRuns.Move);

    // Of the one transaction that is under way.
    private Database _store = null!;
    private IReadOnlyList<Batch> _batches = [];
    private long _now;

    /// <summary>Writes everything that the batches' commands made. The caller has opened the transaction.</summary>
    /// <param name="store">The store.</param>
    /// <param name="batches">The batches, in the order of the journal.</param>
    /// <param name="now">The host's time, in Unix milliseconds.</param>
    /// <returns>How many signals the outbox had to drop, and how many keys and event ids are remembered with it.</returns>
    internal (long Dropped, int Identities) Write(Database store, IReadOnlyList<Batch> batches, long now)
    {
        (_store, _batches, _now) = (store, batches, now);

        // At the beginning, because a transaction that failed has left what it had.
        _links.Begin(store);
        _last.Clear();
        _changed.Clear();
        _identities.Clear();
        WriteEntries();
        WriteStates();
        WriteDays();
        WritePeriods();
        WriteMarks();
        return (WriteSignals() ? CutOutbox(options.MaxOutboxSignals) : 0, _identities.Count);
    }

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();

    private void WriteEntries()
    {
        _order.Clear();
        for (var batch = 0; batch < _batches.Count; batch++)
        {
            var rows = _batches[batch].Applied.Rows;
            for (var row = 0; row < rows.Count; row++)
            {
                _order.Add((rows[row].Cell.Key, batch, row));
            }
        }

        if (_order.Count == 0)
        {
            return;
        }

        // By license: its entries get rows that follow each other, so that one run tells where they are.
        _order.Sort();

        // Kept as a number of its own: the highest row that is there may be gone by retention, and its id must not come back to life,
        // because keys that are still remembered would lead to another license's answer.
        var id = Marks.Read(_store, Marks.LedgerRow);
        WrittenOrder.Note(_store, id + 1, _now);
        var (run, runs) = ((License: 0L, Sequence: 0L, Row: 0L), 0);
        foreach (var (license, batch, index) in _order)
        {
            var applied = _batches[batch].Applied;
            var row = applied.Rows[index];
            if (license != run.License)
            {
                WriteRun(run, id);
                run = (license, row.Sequence, id + 1);
                runs++;
            }

            WriteEntry(applied, row, ++id);
            if (row.HasKey)
            {
                _identities.Add((new IdentityKey(license, row.KeyHash), id));
            }

            if (row.HasEvent)
            {
                _identities.Add((new IdentityKey(license, row.EventHash), id));
            }
        }

        WriteRun(run, id);
        _recentRuns.MakeRoom(_store, runs);
        Marks.Write(_store, Marks.LedgerRow, id);

        // They are hashes: unsorted, each would touch another page of the table.
        _identities.Sort();
        foreach (var (key, row) in _identities)
        {
            // The filter first: it must never say no of a key that the store has.
            filter?.Add(IdentityTable.IdOf(key));
            IdentityTable.Add(_store, key, row);
        }

        _recentIdentities.MakeRoom(_store, _identities.Count);
    }

    private void WriteEntry(AppliedRows applied, in AppliedRow row, long id)
    {
        long? key = row.HasKey ? IdentityKey.PrintOf(row.KeyHash) : null;
        long? eventId = row.HasEvent ? IdentityKey.PrintOf(row.EventHash) : null;
        var entry = applied.Entry(row);
        var answer = applied.AnswerBytes(row);
        var bodyHash = applied.BodyHash(row);
        Span<byte> digest = stackalloc byte[EvidenceChain.Size];
        var link = _links.Next(row.Cell.Key, entry, ChainLinks.Digest(answer, bodyHash, key, eventId, digest));
        _store["INSERT INTO ledger (id, license, at, key, event, link, body_hash, entry, answer) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"]
            .Bind(1, id).Bind(2, row.Cell.Key).Bind(3, row.At).Bind(4, key).Bind(5, eventId).Bind(6, link)
            .BindOrNull(7, bodyHash).Bind(8, entry).BindOrNull(9, answer).Run();
    }

    private void WriteRun((long License, long Sequence, long Row) run, long lastRow)
    {
        if (run.License != 0)
        {
            LedgerRuns.Add(_store, LedgerId.Of(run.License, run.Sequence), run.Row, lastRow - run.Row + 1);
        }
    }

    private void WriteMarks()
    {
        if (_now > 0)
        {
            Marks.Write(_store, Marks.SeenAt, _now);
        }

        var journaled = _batches.Max(batch => batch.JournalId);
        if (journaled > 0)
        {
            Marks.Write(_store, Marks.JournalRow, journaled);
        }
    }

    private void WriteStates()
    {
        foreach (var batch in _batches)
        {
            foreach (var (cell, state) in batch.Applied.States)
            {
                // However often it changed, only a license's last state is written.
                _last[cell] = state;
            }
        }

        // A refusal changes a state and adds no entry, and so no link.
        var refused = _store["UPDATE license SET state = ?2 WHERE key = ?1"];
        var upsert = _store["""
            INSERT INTO license (key, id, sequence, link, state) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (key) DO UPDATE SET sequence = excluded.sequence, link = excluded.link, state = excluded.state
            """];
        _changed.AddRange(_last.Keys);
        _changed.Sort(static (one, other) => one.Key.CompareTo(other.Key));
        foreach (var cell in _changed)
        {
            var state = _last[cell];
            Begin();
            StoredStateJson.Write(_writer, state);
            var json = End();
            if (_links.Last(cell.Key) is { } link)
            {
                upsert.Bind(1, cell.Key).Bind(2, cell.Id).Bind(3, state.Sequence).Bind(4, link).Bind(5, json).Run();
            }
            else
            {
                refused.Bind(1, cell.Key).Bind(2, json).Run();
            }
        }

        // What is kept for the next time must not keep the licenses of this one in memory.
        _last.Clear();
        _changed.Clear();
    }

    private void WriteDays()
    {
        foreach (var batch in _batches)
        {
            foreach (var (cell, day) in batch.Applied.ClosedDays)
            {
                // A day that a repaired clock brought back closes a second time, and then has both parts.
                _store["INSERT OR REPLACE INTO rollup (license, day, feature, body) VALUES (?, ?, ?, ?)"]
                    .Bind(1, cell.Key).Bind(2, day.Rollup.Day.DayNumber).Bind(3, day.FeatureCode)
                    .Bind(4, Json(day.Rollup, MeteringJson.Default.DayRollup)).Run();
            }
        }
    }

    private void WritePeriods()
    {
        foreach (var batch in _batches)
        {
            foreach (var (cell, record, setBackTo) in batch.Applied.Periods)
            {
                if (record is null)
                {
                    PeriodRecords.TakeBack(_store, cell.Key, setBackTo);
                }
                else
                {
                    PeriodRecords.Add(_store, cell.Key, record, Json(record, MeteringJson.Default.FeaturePeriod));
                }
            }
        }
    }

    private bool WriteSignals()
    {
        var any = false;
        foreach (var batch in _batches)
        {
            foreach (var signal in batch.Applied.Signals)
            {
                any = true;
                _store["INSERT INTO signal_outbox (license_id, body) VALUES (?, ?)"]
                    .Bind(1, signal.LicenseId).Bind(2, Json(signal, MeteringJson.Default.Signal)).Run();
            }
        }

        return any;
    }

    private long CutOutbox(int most)
    {
        // Ids are given one after the other, so those beyond the most are known without counting.
        _store["DELETE FROM signal_outbox WHERE id <= (SELECT MAX(id) FROM signal_outbox) - ?"].Bind(1, most).Run();
        return _store.Changes;
    }

    private ReadOnlySpan<byte> Json<T>(T value, JsonTypeInfo<T> type)
    {
        Begin();
        JsonSerializer.Serialize(_writer, value, type);
        return End();
    }

    private void Begin()
    {
        _json.ResetWrittenCount();
        _writer.Reset(_json);
    }

    private ReadOnlySpan<byte> End()
    {
        _writer.Flush();
        return _json.WrittenSpan;
    }
}
