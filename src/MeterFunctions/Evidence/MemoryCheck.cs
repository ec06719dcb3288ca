using Azure.Data.Tables;
using MeterFunctions.Licenses;
using MeterFunctions.Storage;
using Metering;
using Columns = MeterFunctions.Licenses.LicenseRows.Columns;

namespace MeterFunctions.Evidence;

/// <summary>
/// Whether the memory of rule 8 and the ledger agree. Each key and event id that an entry names must be remembered as it was written, until
/// its memory is over; and none may be remembered that no entry names.
/// </summary>
/// <remarks>
/// A row goes when its memory is over, by retention or because its key came again, and a key's may be gone while its event id's is still
/// there. Its body hash went with it, so then the digest cannot be made again; nor need it, because a forgotten answer is given to nobody.
/// </remarks>
/// <param name="tables">The tables.</param>
/// <param name="state">The license's committed state.</param>
/// <param name="now">The host's time, UTC.</param>
/// <param name="rules">What the operator has set.</param>
/// <param name="findings">Takes what differs.</param>
internal sealed class MemoryCheck(MeterTables tables, LicenseState state, DateTimeOffset now, MeterRules rules, Findings findings)
{
    /// <summary>How many remembered keys and event ids were found where an entry named them.</summary>
    public long Found { get; private set; }

    /// <summary>Looks for what entries name.</summary>
    /// <param name="entries">Their rows, with their numbers.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async ValueTask VisitAsync(IReadOnlyList<(long Sequence, TableEntity Row)> entries, CancellationToken cancellationToken)
    {
        var names = entries.SelectMany(entry => new[] { entry.Row.GetString(Columns.Key), entry.Row.GetString(Columns.Event) });
        var rows = await tables.FindAllAsync(TableKeys.Meters, TableKeys.Text(state.LicenseId), names.OfType<string>(), cancellationToken)
            .ConfigureAwait(false);
        var byKey = rows.ToDictionary(row => row.RowKey, StringComparer.Ordinal);
        foreach (var (sequence, row) in entries)
        {
            Visit(sequence, row, byKey);
        }
    }

    private void Visit(long sequence, TableEntity entry, Dictionary<string, TableEntity> rows)
    {
        var digest = entry[Columns.Digest] as byte[];
        var (key, eventId) = (entry.GetString(Columns.Key), entry.GetString(Columns.Event));
        if (digest is null != (key is null && eventId is null))
        {
            findings.Add($"entry {sequence}: what its row says of its idempotency key and event id is not as it was written");
            return;
        }

        var at = entry.GetDateTimeOffset(Columns.At) ?? default;
        var byKey = Find(sequence, at, key, "idempotency key", rows);
        var byEvent = Find(sequence, at, eventId, "event id", rows);
        if (digest is null || (key is not null && byKey is null))
        {
            return;
        }

        var bodyHash = (byKey ?? byEvent)?.GetString(Columns.BodyHash);
        Compare(byKey, "idempotency key");
        Compare(byEvent, "event id");

        void Compare(TableEntity? row, string what)
        {
            var answer = row is null ? null : LongText.Get(row, Columns.Answer) ?? "";
            if (answer is not null && !LedgerChain.Digest(answer, bodyHash, key, eventId).SequenceEqual(digest))
            {
                findings.Add($"entry {sequence}: the answer or the body hash that is remembered with its {what} is not as it was written");
            }
        }
    }

    private TableEntity? Find(long sequence, DateTimeOffset at, string? name, string what, Dictionary<string, TableEntity> rows)
    {
        if (name is null)
        {
            return null;
        }

        // A row above the state's number is an attempt's that was not committed; it took the place of one whose memory was over.
        if (!rows.TryGetValue(name, out var row) || row.GetInt64(Columns.Sequence) is not { } counted || counted > state.Sequence)
        {
            if (at > now - IdentityMemory.MemoryOf(name, rules))
            {
                findings.Add($"entry {sequence}: its {what} is not remembered");
            }

            return null;
        }

        var from = row.GetDateTimeOffset(Columns.At) ?? default;
        if (counted == sequence)
        {
            Found++;
            if (from != at)
            {
                findings.Add($"entry {sequence}: its {what} is remembered from another time, {from:O}");
            }

            return row;
        }

        // Once its memory is over, a key counts again.
        if (from - at < IdentityMemory.MemoryOf(name, rules))
        {
            findings.Add($"entry {sequence}: its {what} leads to entry {counted}; if that has it too, it was counted twice");
        }

        return null;
    }
}
