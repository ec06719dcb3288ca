using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Metering;

/// <summary>
/// The chain of a license's evidence (rule 9): each entry's link is a hash over the link before it, the entry as it is stored, and a digest
/// of what is remembered with it. An entry that was changed, taken out, put in or moved breaks the chain at its place.
/// </summary>
/// <remarks>
/// The answer to a remembered command goes when its memory is over (rule 8), long before the entry does. So the link holds the answer's
/// digest, which stays beside the entry, and not the answer: a chain whose answers were forgotten can still be followed.
/// </remarks>
public static class EvidenceChain
{
    /// <summary>Bytes of a link, and of a digest: those of SHA-256.</summary>
    public const int Size = SHA256.HashSizeInBytes;

    // Entries and answers nearly always fit; a larger one is copied to a rented buffer.
    private const int OnStack = 2048;

    // What a digest is made of, each part after its length, so that nothing can move from one part to the next unseen.
    private const int Parts = 4;

    private static readonly byte[] Zeros = new byte[Size];

    /// <summary>The link before a license's first entry.</summary>
    public static ReadOnlySpan<byte> Beginning => Zeros;

    /// <summary>The link of an entry.</summary>
    /// <param name="previous">The link of the entry before, or <see cref="Beginning"/>.</param>
    /// <param name="entry">The entry's bytes, as they are stored.</param>
    /// <param name="digest">Digest of what is remembered with it (<see cref="Digest"/>); empty where nothing is.</param>
    /// <param name="link">Where to write the link, <see cref="Size"/> bytes.</param>
    public static void Link(ReadOnlySpan<byte> previous, ReadOnlySpan<byte> entry, ReadOnlySpan<byte> digest, Span<byte> link)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(previous.Length, Size);
        if (digest.Length != 0)
        {
            ArgumentOutOfRangeException.ThrowIfNotEqual(digest.Length, Size);
        }

        // Both lengths before the entry are fixed, but for a digest that is not there: a byte tells the two apart.
        var length = 1 + previous.Length + digest.Length + entry.Length;
        byte[]? rented = null;
        var buffer = length <= OnStack ? stackalloc byte[OnStack] : rented = ArrayPool<byte>.Shared.Rent(length);
        buffer[0] = (byte)digest.Length;
        previous.CopyTo(buffer[1..]);
        digest.CopyTo(buffer[(1 + previous.Length)..]);
        entry.CopyTo(buffer[(1 + previous.Length + digest.Length)..]);
        SHA256.HashData(buffer[..length], link);
        Return(rented);
    }

    /// <summary>The digest of what is remembered with an entry.</summary>
    /// <param name="answer">The first answer, as it is stored.</param>
    /// <param name="bodyHash">What tells the request from others with the same key; empty where there is none.</param>
    /// <param name="key">The idempotency key, in the form in which the host remembers it; empty where there is none.</param>
    /// <param name="eventId">The event's id, in the same way.</param>
    /// <param name="digest">Where to write the digest, <see cref="Size"/> bytes.</param>
    public static void Digest(
        ReadOnlySpan<byte> answer, ReadOnlySpan<byte> bodyHash, ReadOnlySpan<byte> key, ReadOnlySpan<byte> eventId, Span<byte> digest)
    {
        var length = (Parts * sizeof(int)) + answer.Length + bodyHash.Length + key.Length + eventId.Length;
        byte[]? rented = null;
        var buffer = length <= OnStack ? stackalloc byte[OnStack] : rented = ArrayPool<byte>.Shared.Rent(length);
        var rest = buffer;
        rest = Put(rest, answer);
        rest = Put(rest, bodyHash);
        rest = Put(rest, key);
        Put(rest, eventId);
        SHA256.HashData(buffer[..length], digest);
        Return(rented);
    }

    private static Span<byte> Put(Span<byte> buffer, ReadOnlySpan<byte> part)
    {
        // In one byte order on every machine: a chain may be followed on another one than it was made on.
        BinaryPrimitives.WriteInt32BigEndian(buffer, part.Length);
        part.CopyTo(buffer[sizeof(int)..]);
        return buffer[(sizeof(int) + part.Length)..];
    }

    private static void Return(byte[]? rented)
    {
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
