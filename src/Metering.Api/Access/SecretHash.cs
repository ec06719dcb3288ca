using System.Runtime.InteropServices;

namespace Metering.Api;

/// <summary>The SHA-256 hash of a key or token: all that is ever kept of one.</summary>
public readonly record struct SecretHash
{
    // Two numbers in place of an array or a text: looking a key up in the cache then allocates nothing, and every consume does it.
    private readonly UInt128 _first;
    private readonly UInt128 _second;

    private SecretHash(ReadOnlySpan<byte> hash)
    {
        _first = MemoryMarshal.Read<UInt128>(hash);
        _second = MemoryMarshal.Read<UInt128>(hash[16..]);
    }

    /// <summary>Hashes what a caller showed: a license key or a bearer token.</summary>
    public static SecretHash Of(ReadOnlySpan<char> secret)
    {
        // Neither salt nor a slow hash: both protect secrets that people think of, and a license's key is 32 random bytes. Each request
        // pays for this. Nor is a comparison in constant time needed: what is compared is the hash.
        Span<byte> hash = stackalloc byte[TextHash.Size];
        TextHash.Write(secret, hash);
        return new SecretHash(hash);
    }

    /// <summary>Reads a hash that was stored.</summary>
    public static SecretHash FromHex(string hex) => new(Convert.FromHexString(hex));

    /// <summary>The hash as it is stored: lower-case hex.</summary>
    public override string ToString()
    {
        Span<byte> hash = stackalloc byte[TextHash.Size];
        MemoryMarshal.Write(hash, in _first);
        MemoryMarshal.Write(hash[16..], in _second);
        return Convert.ToHexStringLower(hash);
    }
}
