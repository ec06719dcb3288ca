using System.Text;
using System.Text.Json;

namespace Metering.Tests.Properties;

/// <summary>
/// Entries as a host stores them that keeps a chain: their bytes, the digest of what is remembered with them, and their link.
/// </summary>
internal sealed class ChainedEntries
{
    private readonly List<Row> rows;

    public ChainedEntries(IEnumerable<LedgerEntry> entries)
    {
        rows = [];
        var link = EvidenceChain.Beginning.ToArray();
        foreach (var entry in entries)
        {
            var digest = new byte[EvidenceChain.Size];
            EvidenceChain.Digest(Encoding.UTF8.GetBytes("answer " + entry.Sequence), [], [], [], digest);
            var bytes = Bytes(entry);
            var next = new byte[EvidenceChain.Size];
            EvidenceChain.Link(link, bytes, digest, next);
            rows.Add(new Row(bytes, digest, next));
            link = next;
        }
    }

    private ChainedEntries(List<Row> rows) => this.rows = rows;

    public EvidenceReplay Replay()
    {
        var replay = new EvidenceReplay("lic_1");
        foreach (var row in rows)
        {
            replay.Add(JsonSerializer.Deserialize(row.Entry, MeteringJson.Default.LedgerEntry)!, row.Entry, row.Digest, row.Link);
        }

        return replay;
    }

    /// <summary>The entries with one of them changed, lost, put in twice or moved, or with another answer remembered.</summary>
    public ChainedEntries Tampered(Random random, int at)
    {
        var tampered = new List<Row>(rows);
        var row = rows[at];
        switch (random.Next(5))
        {
            case 0:
                var entry = JsonSerializer.Deserialize(row.Entry, MeteringJson.Default.LedgerEntry)!;
                tampered[at] = row with { Entry = Bytes(entry with { Detail = entry.Detail + "." }) };
                break;
            case 1:
                tampered.RemoveAt(at);
                break;
            case 2:
                tampered.Insert(at, row);
                break;
            case 3 when at + 1 < rows.Count:
                (tampered[at], tampered[at + 1]) = (tampered[at + 1], tampered[at]);
                break;
            default:
                tampered[at] = row with { Digest = rows[at].Link };
                break;
        }

        return new ChainedEntries(tampered);
    }

    private static byte[] Bytes(LedgerEntry entry) => JsonSerializer.SerializeToUtf8Bytes(entry, MeteringJson.Default.LedgerEntry);

    private sealed record Row(byte[] Entry, byte[] Digest, byte[] Link);
}
