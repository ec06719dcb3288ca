using System.Buffers.Binary;

namespace Metering.Server.Engine;

/// <summary>What stands for an idempotency key or an event id of one license in the memory of rule 8.</summary>
/// <param name="License">The license's key in the store.</param>
/// <param name="Hash">Half of the SHA-256 of the kind and the text.</param>
internal readonly record struct IdentityKey(long License, UInt128 Hash) : IComparable<IdentityKey>
{
    /// <summary>The hash of an <c>Idempotency-Key</c>.</summary>
    // The kind is hashed too: a key and an event id are two memories, also where their texts are the same.
    internal static UInt128 OfKey(string key) => Of("k"u8, key);

    /// <summary>The hash of an event id.</summary>
    internal static UInt128 OfEvent(string eventId) => Of("e"u8, eventId);

    /// <summary>The half of the hash that is kept beside the answer, so that an answer is given only to its own key.</summary>
    internal long Print => PrintOf(Hash);

    /// <inheritdoc cref="Print"/>
    internal static long PrintOf(UInt128 hash) => (long)(ulong)(hash >> 64);

    /// <summary>What a print stands for, as far as the store knows it.</summary>
    internal static IdentityKey FromPrint(long license, long print) => new(license, (UInt128)(ulong)print << 64);

    /// <inheritdoc/>
    public int CompareTo(IdentityKey other)
    {
        var byLicense = License.CompareTo(other.License);
        return byLicense != 0 ? byLicense : Hash.CompareTo(other.Hash);
    }

    /// <inheritdoc/>
    // Half of a SHA-256 needs no further mixing.
    public override int GetHashCode() => (int)(ulong)Hash ^ (int)License;

    private static UInt128 Of(ReadOnlySpan<byte> kind, string text)
    {
        Span<byte> hash = stackalloc byte[TextHash.Size];
        TextHash.Write(text, hash, kind);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }
}
