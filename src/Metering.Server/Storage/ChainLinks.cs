using System.Buffers.Binary;

namespace Metering.Server.Storage;

/// <summary>
/// Chains ledger rows, each license's for itself, as they are written (rule 9). The last link of a license is its row's, so it is read and
/// written in the transaction of the entries: a write that fails and is tried again begins where it began before.
/// </summary>
internal sealed class ChainLinks
{
    private readonly Dictionary<long, byte[]> _last = [];
    private Database _store = null!;

    /// <summary>Begins a transaction's rows: the last links are those that the store has.</summary>
    internal void Begin(Database store)
    {
        _store = store;
        _last.Clear();
    }

    /// <summary>The link of a license's next entry, which then is its last one.</summary>
    /// <param name="license">The license's key in the store.</param>
    /// <param name="entry">The entry, as it is stored.</param>
    /// <param name="digest">Digest of what is remembered with it; empty where nothing is.</param>
    internal ReadOnlySpan<byte> Next(long license, ReadOnlySpan<byte> entry, ReadOnlySpan<byte> digest)
    {
        if (!_last.TryGetValue(license, out var link))
        {
            link = Read(license);
            _last.Add(license, link);
        }

        EvidenceChain.Link(link, entry, digest, link);
        return link;
    }

    /// <summary>The last link of a license that got entries here; null of any other.</summary>
    internal byte[]? Last(long license) => _last.GetValueOrDefault(license);

    /// <summary>Digest of what a row remembers.</summary>
    /// <param name="answer">The answer, as it is stored; empty where nothing is remembered.</param>
    /// <param name="bodyHash">The hash of what was asked; empty where there is none.</param>
    /// <param name="key">What tells the idempotency key from others; null where there is none.</param>
    /// <param name="eventId">What tells the event id from others; null where there is none.</param>
    /// <param name="digest">Where to write it.</param>
    /// <returns>The digest; empty where nothing is remembered.</returns>
    internal static ReadOnlySpan<byte> Digest(
        ReadOnlySpan<byte> answer, ReadOnlySpan<byte> bodyHash, long? key, long? eventId, Span<byte> digest)
    {
        if (answer.IsEmpty && bodyHash.IsEmpty && key is null && eventId is null)
        {
            return [];
        }

        // Null and 0 must not have the same digest: where there is none, no bytes are hashed.
        Span<byte> keyBytes = stackalloc byte[sizeof(long)];
        Span<byte> eventBytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(keyBytes, key ?? 0);
        BinaryPrimitives.WriteInt64BigEndian(eventBytes, eventId ?? 0);
        EvidenceChain.Digest(answer, bodyHash, key is null ? [] : keyBytes, eventId is null ? [] : eventBytes, digest);
        return digest;
    }

    private byte[] Read(long license)
    {
        var statement = _store["SELECT link FROM license WHERE key = ?"].Bind(1, license);
        var link = statement.Next() ? statement.Bytes(0).ToArray() : EvidenceChain.Beginning.ToArray();
        statement.Reset();
        return link;
    }
}
