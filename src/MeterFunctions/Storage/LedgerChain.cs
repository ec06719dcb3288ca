using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Metering;

namespace MeterFunctions.Storage;

/// <summary>
/// Chains the entries of one attempt, from the license's committed link on (rule 9). Each attempt makes its own: what one has written that
/// did not come to commit is undone, and the next must begin where that one began.
/// </summary>
/// <param name="committed">The link of the last committed entry; empty where there is none.</param>
internal sealed class LedgerChain(ReadOnlyMemory<byte> committed)
{
    /// <summary>The link of the last entry; empty where there is none.</summary>
    public ReadOnlyMemory<byte> Last { get; private set; } = committed;

    /// <summary>What a command adds to the evidence.</summary>
    /// <param name="entries">Its entries, in order.</param>
    /// <param name="identities">By what it is remembered; empty when it is not.</param>
    /// <param name="answer">Its answer.</param>
    public LedgerChange Add(ImmutableArray<LedgerEntry> entries, ImmutableArray<Identity> identities, Answer answer)
    {
        string? text = null;
        byte[]? digest = null;
        if (!identities.IsEmpty)
        {
            text = JsonSerializer.Serialize(answer, MeteringJson.Default.Answer);
            var key = identities.FirstOrDefault(identity => !identity.IsEvent);
            digest = Digest(text, key?.BodyHash, key?.RowKey, identities.FirstOrDefault(identity => identity.IsEvent)?.RowKey);
        }

        // The first entry's row names the identities, so that entry is the one linked to what is remembered.
        var linked = ImmutableArray.CreateBuilder<LinkedEntry>(entries.Length);
        foreach (var entry in entries)
        {
            linked.Add(Link(entry, linked.Count == 0 ? digest : null));
        }

        return new LedgerChange(linked.MoveToImmutable(), identities, text, digest);
    }

    /// <summary>Digest of what is remembered with a command, in the form in which its rows hold it.</summary>
    /// <param name="answer">The answer's JSON.</param>
    /// <param name="bodyHash">The body's hash; null where there is none.</param>
    /// <param name="key">The idempotency key's row key; null where there is none.</param>
    /// <param name="eventId">The event id's row key; null where there is none.</param>
    public static byte[] Digest(string answer, string? bodyHash, string? key, string? eventId)
    {
        var digest = new byte[EvidenceChain.Size];
        EvidenceChain.Digest(Bytes(answer), Bytes(bodyHash), Bytes(key), Bytes(eventId), digest);
        return digest;
    }

    private LinkedEntry Link(LedgerEntry entry, byte[]? digest)
    {
        var body = JsonSerializer.Serialize(entry, MeteringJson.Default.LedgerEntry);
        var link = new byte[EvidenceChain.Size];
        EvidenceChain.Link(Last.IsEmpty ? EvidenceChain.Beginning : Last.Span, Bytes(body), digest, link);
        Last = link;
        return new LinkedEntry(entry, body, link);
    }

    private static byte[] Bytes(string? text) => text is null ? [] : Encoding.UTF8.GetBytes(text);
}
