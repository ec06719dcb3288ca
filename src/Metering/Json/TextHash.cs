using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Metering;

/// <summary>
/// SHA-256 of a text's UTF-8: for whatever stands for a text without showing it, or must be shorter than it may be. Requests, whose content
/// is hashed field by field, and texts that need not be valid have hashes of their own.
/// </summary>
public static class TextHash
{
    /// <summary>How many bytes a hash has.</summary>
    public const int Size = SHA256.HashSizeInBytes;

    // Ids and keys are at most 256 characters long; what is longer comes from elsewhere and is rare.
    private const int MaxStackBytes = 1024;

    /// <summary>The hash in 64 lower-case hex digits.</summary>
    public static string Of(ReadOnlySpan<char> text)
    {
        Span<byte> hash = stackalloc byte[Size];
        Write(text, hash);
        return Convert.ToHexStringLower(hash);
    }

    /// <summary>Writes the hash. It allocates nothing, because every durable command takes one of its key.</summary>
    /// <param name="text">The text; a part of a surrogate pair counts as the replacement character.</param>
    /// <param name="hash">Where it goes: <see cref="Size"/> bytes.</param>
    /// <param name="kind">Hashed before the text, where texts of several kinds must not have the same hash.</param>
    public static void Write(ReadOnlySpan<char> text, Span<byte> hash, ReadOnlySpan<byte> kind = default)
    {
        var max = kind.Length + Encoding.UTF8.GetMaxByteCount(text.Length);
        var rented = max > MaxStackBytes ? ArrayPool<byte>.Shared.Rent(max) : null;
        var bytes = rented ?? stackalloc byte[MaxStackBytes];
        kind.CopyTo(bytes);
        var length = kind.Length + Encoding.UTF8.GetBytes(text, bytes[kind.Length..]);
        SHA256.HashData(bytes[..length], hash);
        if (rented is not null)
        {
            // The text may be a secret.
            ArrayPool<byte>.Shared.Return(rented, clearArray: true);
        }
    }
}
