using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Metering.Api;

/// <summary>The SHA-256 hash of a key or token: all that is ever kept of one.</summary>
internal readonly record struct SecretHash
{
    private const int MaxStackBytes = 512;

    private readonly UInt128 _first;
    private readonly UInt128 _second;

    private SecretHash(ReadOnlySpan<byte> hash)
    {
        _first = MemoryMarshal.Read<UInt128>(hash);
        _second = MemoryMarshal.Read<UInt128>(hash[16..]);
    }

    public static SecretHash Of(ReadOnlySpan<char> secret)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        var most = Encoding.UTF8.GetMaxByteCount(secret.Length);
        if (most <= MaxStackBytes)
        {
            Span<byte> bytes = stackalloc byte[MaxStackBytes];
            SHA256.HashData(bytes[..Encoding.UTF8.GetBytes(secret, bytes)], hash);
        }
        else
        {
            var bytes = ArrayPool<byte>.Shared.Rent(most);
            SHA256.HashData(bytes.AsSpan(0, Encoding.UTF8.GetBytes(secret, bytes)), hash);
            ArrayPool<byte>.Shared.Return(bytes, clearArray: true);
        }

        return new SecretHash(hash);
    }

    /// <summary>Reads a hash that was stored.</summary>
    public static SecretHash FromHex(string hex) => new(Convert.FromHexString(hex));

    /// <summary>The hash as it is stored: lower-case hex.</summary>
    public override string ToString()
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        MemoryMarshal.Write(hash, in _first);
        MemoryMarshal.Write(hash[16..], in _second);
        return Convert.ToHexStringLower(hash);
    }
}
