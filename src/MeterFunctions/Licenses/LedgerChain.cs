using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Metering;

namespace MeterFunctions.Licenses;

/// <summary>Chains the entries of one attempt, from the license's committed link on (rule 9).</summary>
/// <param name="committed">The link of the last committed entry; empty where there is none.</param>
internal sealed class LedgerChain(ReadOnlyMemory<byte> committed)
{
    /// <summary>The link of the last entry; empty where there is none.</summary>
    public ReadOnlyMemory<byte> Last { get; private set; } = committed;

    /// <summary>What a command adds to the evidence. The chain itself goes on only with <see cref="Take"/>.</summary>
    /// <param name="entries">Its entries, in order.</param>
    /// <param name="identities">By what it is remembered; empty when it is not.</param>
    /// <param name="answer">Its answer.</param>
    public EvidencePart Make(ImmutableArray<LedgerEntry> entries, ImmutableArray<Identity> identities, Answer answer)
    {
        string? text = null;
        byte[]? digest = null;
        if (!identities.IsEmpty)
        {
            text = JsonSerializer.Serialize(answer, MeteringJson.Default.Answer);
            var key = identities.FirstOrDefault(identity => identity.Kind != IdentityKind.Event);
            digest = Digest(
                text, key?.BodyHash, key?.RowKey, identities.FirstOrDefault(identity => identity.Kind == IdentityKind.Event)?.RowKey);
        }

        var body = new ArrayBufferWriter<byte>(1024);
        var link = Last.IsEmpty ? EvidenceChain.Beginning.ToArray() : Last.ToArray();
        body.Write("["u8);
        for (var i = 0; i < entries.Length; i++)
        {
            if (i > 0)
            {
                body.Write(","u8);
            }

            // The first entry's row names the identities, so that entry is the one linked to what is remembered.
            var entry = JsonSerializer.SerializeToUtf8Bytes(entries[i], MeteringJson.Default.LedgerEntry);
            EvidenceChain.Link(link, entry, i == 0 ? digest : null, link);
            body.Write(entry);
        }

        body.Write("]"u8);
        return new EvidencePart(entries, body.WrittenSpan.ToArray(), link, identities, text, digest);
    }

    /// <summary>The command is part of the attempt: the next one's entries follow its own.</summary>
    public void Take(EvidencePart part) => Last = part.Link;

    /// <summary>Digest of what is remembered with a command, in the form in which its rows hold it.</summary>
    /// <param name="answer">The answer's JSON.</param>
    /// <param name="bodyHash">The body's hash; null where there is none.</param>
    /// <param name="key">The row key of the idempotency key, or of the submission; null where there is neither.</param>
    /// <param name="eventId">The event id's row key; null where there is none.</param>
    public static byte[] Digest(string answer, string? bodyHash, string? key, string? eventId)
    {
        var digest = new byte[EvidenceChain.Size];
        EvidenceChain.Digest(Bytes(answer), Bytes(bodyHash), Bytes(key), Bytes(eventId), digest);
        return digest;
    }

    private static byte[] Bytes(string? text) => text is null ? [] : Encoding.UTF8.GetBytes(text);
}
