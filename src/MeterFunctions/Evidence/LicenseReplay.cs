using System.Text.Json;
using Azure.Data.Tables;
using MeterFunctions.Licenses;
using MeterFunctions.Storage;
using Metering;
using Columns = MeterFunctions.Licenses.LicenseRows.Columns;

namespace MeterFunctions.Evidence;

/// <summary>
/// Follows a license's rows of evidence from where its snapshot ends, or from its first entry on: their chain, and what they come to.
/// Whoever verifies compares that; retention keeps it in place of the rows.
/// </summary>
internal sealed class LicenseReplay
{
    private readonly Findings _findings;
    private readonly EvidenceReplay _replay;
    private readonly bool _hasBeginning;
    private readonly DateOnly _daysFrom;
    private readonly string? _fault;

    /// <summary>Begins where the snapshot ends.</summary>
    /// <param name="licenseId">The license.</param>
    /// <param name="snapshot">What its removed entries came to; null when none was removed.</param>
    /// <param name="findings">Takes what is wrong with the snapshot and with the rows.</param>
    public LicenseReplay(string licenseId, LicenseSnapshot? snapshot, Findings findings)
    {
        _findings = findings;
        _replay = snapshot?.Evidence is { } before ? new EvidenceReplay(before) : new EvidenceReplay(licenseId);
        _hasBeginning = snapshot is null || snapshot.Evidence is not null;
        (Last, Link) = (snapshot?.Sequence ?? 0, snapshot?.Link);
        (_daysFrom, _fault) = (snapshot?.DaysFrom ?? default, snapshot?.Fault);
        if (snapshot is { IsIntact: false })
        {
            findings.Add("its snapshot is not as it was written");
        }

        if (_fault is not null)
        {
            findings.Add($"when entries to {Last} were removed, {_fault}");
        }
    }

    /// <summary>Number of the last entry that was taken, or that the snapshot stands for; 0 before the first.</summary>
    public long Last { get; private set; }

    /// <summary>That entry's link, as it is stored; null before the first.</summary>
    public byte[]? Link { get; private set; }

    /// <summary>Takes the next row.</summary>
    /// <param name="first">The number by which it is found.</param>
    /// <param name="row">The row.</param>
    public void Take(long first, TableEntity row)
    {
        Link = row[Columns.Link] as byte[];
        Last = row.GetInt64(Columns.Last) ?? first;
        List<ReadOnlyMemory<byte>> bodies;
        try
        {
            bodies = EvidenceRow.Split(row);
        }
        catch (Exception damage) when (damage is InvalidDataException or JsonException)
        {
            _findings.Add($"entry {first} cannot be read: {damage.Message}");
            return;
        }

        for (var i = 0; i < bodies.Count; i++)
        {
            Take(first + i, row, bodies[i], isFirst: i == 0, isLast: i == bodies.Count - 1);
        }

        if (row.GetInt64(Columns.Last) != first + bodies.Count - 1)
        {
            _findings.Add($"entry {first}: its row says that it has entries to {row.GetInt64(Columns.Last)}, and has {bodies.Count}");
        }
    }

    /// <summary>
    /// Compares a rollup that was closed by the entries that were taken, and lets go of what is known of its day
    /// (<see cref="EvidenceReplay.Settle(ClosedDay)"/>).
    /// </summary>
    public void Settle(ClosedDay day)
    {
        if (_hasBeginning && day.Rollup.Day >= _daysFrom)
        {
            _replay.Settle(day);
        }
    }

    /// <summary>As <see cref="Settle(ClosedDay)"/>, of the record of a closed period.</summary>
    public void Settle(FeaturePeriod record)
    {
        if (_hasBeginning)
        {
            _replay.Settle(record);
        }
    }

    /// <summary>Compares what the entries came to with the state and the rollups, and tells what differs.</summary>
    /// <param name="state">The state after the last entry.</param>
    /// <param name="closedDays">Rollups of the days that have left the state, but for those that were settled.</param>
    /// <param name="closedPeriods">Records of the periods that have, but for those that were settled.</param>
    /// <returns>What differs in the entries and in what they came to, beside what was told before.</returns>
    public IReadOnlyList<string> Compare(
        LicenseState state, IEnumerable<ClosedDay> closedDays, IEnumerable<FeaturePeriod> closedPeriods)
    {
        if (_hasBeginning)
        {
            return _replay.Compare(state, closedDays, closedPeriods, _daysFrom);
        }

        // All that the replay met would be what follows from that.
        _findings.Add("its state and rollups could not be compared, because nothing says what its removed entries came to");
        return [];
    }

    /// <summary>What the entries came to, so that they may be removed.</summary>
    /// <param name="daysFrom">The first day whose rollups are kept.</param>
    public LicenseSnapshot Snapshot(DateOnly daysFrom)
    {
        daysFrom = daysFrom > _daysFrom ? daysFrom : _daysFrom;
        var link = Link ?? [];
        return new LicenseSnapshot
        {
            Sequence = Last,
            Link = link,
            DaysFrom = daysFrom,

            // Their last link as it is stored: what follows is chained to that, whatever could be read of them.
            Evidence = _hasBeginning && _replay.Snapshot(daysFrom) is { } told ? told with { Link = Convert.ToHexStringLower(link) } : null,
            Fault = _fault ?? _findings.List.Concat(_replay.Differences).FirstOrDefault(),
        };
    }

    private void Take(long sequence, TableEntity row, ReadOnlyMemory<byte> body, bool isFirst, bool isLast)
    {
        LedgerEntry? entry;
        try
        {
            entry = JsonSerializer.Deserialize(body.Span, MeteringJson.Default.LedgerEntry);
        }
#pragma warning disable CA1031 // A damaged byte can fail any of a type's own checks; each says only that the text is damaged.
        catch (Exception damage)
#pragma warning restore CA1031
        {
            _findings.Add($"entry {sequence} cannot be read: {damage.Message}");
            return;
        }

        if (entry!.Sequence != sequence)
        {
            _findings.Add($"where entry {sequence} belongs, there is entry {entry.Sequence}");
        }

        // By it the ledger's pages are filtered, and it decides when the row goes.
        if (row.GetDateTimeOffset(Columns.At) != entry.At)
        {
            _findings.Add($"entry {sequence} is listed under a time that is not its own");
        }

        // A row holds the link of its last entry.
        var digest = isFirst ? row[Columns.Digest] as byte[] : null;
        if (isLast)
        {
            _replay.Add(entry, body.Span, digest, row[Columns.Link] as byte[]);
        }
        else
        {
            _replay.Add(entry, body.Span, digest);
        }
    }
}
