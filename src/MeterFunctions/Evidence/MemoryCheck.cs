using Azure.Data.Tables;
using MeterFunctions.Licenses;
using MeterFunctions.Storage;
using Metering;
using Columns = MeterFunctions.Licenses.LicenseRows.Columns;

namespace MeterFunctions.Evidence;

/// <summary>
/// Where the memory of rule 8 and the ledger do not agree, it says how. Each key and event id that an entry names must be remembered as it
/// was written, until its memory is over; and none may be remembered that no entry names.
/// </summary>
/// <param name="parts">What the rows are read with.</param>
/// <param name="state">The license's committed state.</param>
/// <param name="due">Which identities had to be there when the look at the license began.</param>
/// <param name="findings">Takes what differs.</param>
internal sealed class MemoryCheck(WalkParts parts, LicenseState state, MemoryDue due, Findings findings)
{
    /// <summary>How many of those that must be there were found where an entry named them.</summary>
    public long Found { get; private set; }

    /// <summary>Looks for what entries name.</summary>
    /// <param name="entries">Their rows, with their numbers.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async ValueTask VisitAsync(IReadOnlyList<(long Number, TableEntity Row)> entries, CancellationToken cancellationToken)
    {
        var names = entries.SelectMany(entry => new[] { entry.Row[Columns.Key], entry.Row[Columns.Event] });
        var rows = await parts.Tables.FindAllAsync(
            TableKeys.Meters, TableKeys.Text(state.LicenseId), names.OfType<string>(), cancellationToken).ConfigureAwait(false);
        var byKey = rows.ToDictionary(row => row.RowKey, StringComparer.Ordinal);

        // As late as may be: what is over by now, others may have removed since the look began.
        var now = due with { Now = await parts.Clock.ReadAsync(cancellationToken).ConfigureAwait(false) };
        foreach (var (number, row) in entries)
        {
            if (Damage.Of(() => Visit(number, row, byKey, now)) is { } fault)
            {
                findings.Add($"entry {number}: what it is remembered by cannot be read: {fault}");
            }
        }
    }

    private void Visit(long number, TableEntity entry, Dictionary<string, TableEntity> rows, MemoryDue now)
    {
        var digest = entry[Columns.Digest] as byte[];
        var (key, eventId) = (entry.GetString(Columns.Key), entry.GetString(Columns.Event));
        if (digest is null != (key is null && eventId is null))
        {
            findings.Add($"entry {number}: what its row says of its idempotency key and event id is not as it was written");
            return;
        }

        Visit(key, "idempotency key");
        Visit(eventId, "event id");

        void Visit(string? name, string what)
        {
            if (name is not null && Find(number, entry.GetDateTimeOffset(Columns.At) ?? default, name, what, rows, now) is { } row
                && !LicenseRows.DigestOf(row).AsSpan().SequenceEqual(digest))
            {
                findings.Add($"entry {number}: the answer or the body hash that is remembered with its {what} is not as it was written");
            }
        }
    }

    private TableEntity? Find(
        long number, DateTimeOffset at, string name, string what, Dictionary<string, TableEntity> rows, MemoryDue now)
    {
        // A row above the state's number was written since; it took the place of one whose memory was over.
        if (!rows.TryGetValue(name, out var row) || row.GetInt64(Columns.Sequence) is not { } counted || counted > state.Sequence)
        {
            if (now.Includes(name, at))
            {
                findings.Add($"entry {number}: its {what} is not remembered");
            }

            return null;
        }

        var from = row.GetDateTimeOffset(Columns.At) ?? default;
        if (counted == number)
        {
            Found += due.Includes(row) ? 1 : 0;
            if (from != at)
            {
                findings.Add($"entry {number}: its {what} is remembered from another time, {from:O}");
            }

            return row;
        }

        // Once its memory is over, a key counts again.
        if (!due.WasOver(name, at, from))
        {
            findings.Add($"entry {number}: its {what} leads to entry {counted}; if that has it too, it was counted twice");
        }

        return null;
    }
}
