using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Metering.Api;

/// <summary>
/// JWTs by ES256 (RFC 7515, 7518) with the keys that sign leases. Each kind of token has a type of its own in its header, which is compared
/// before anything else; so none is taken for another (RFC 8725, 3.11).
/// </summary>
internal static class Jwt
{
    // Of ES256: two numbers of 32 bytes, one after the other in fixed length (RFC 7518, 3.4), and not DER.
    private const int SignatureSize = 64;

    /// <summary>Signs claims.</summary>
    /// <param name="key">The key.</param>
    /// <param name="type">What kind of token it is: the header's <c>typ</c>.</param>
    /// <param name="claims">The claims, as JSON.</param>
    public static string Sign(LeaseKey key, string type, ReadOnlySpan<byte> claims)
    {
        var signed = $"{Header(key, type)}.{Base64Url.EncodeToString(claims)}";
        // One for each token: an ECDsa is not made for several threads at once.
        using var signer = ECDsa.Create(key.Parameters);
        var signature = signer.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256);
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    /// <summary>The claims of a token that one of the keys has signed; null where none has, or it is of another type.</summary>
    // The header is compared as a text with the one that we write: nothing in a token decides by which algorithm it is checked.
    public static byte[]? Claims(string token, string type, IReadOnlyList<LeaseKey> keys)
    {
        if (token.Split('.') is not [var header, var claims, var signature]
            || keys.FirstOrDefault(key => Header(key, type) == header) is not { } key
            || !Base64Url.IsValid(claims) || !Base64Url.IsValid(signature, out var size) || size != SignatureSize)
        {
            return null;
        }

        using var verifier = ECDsa.Create(new ECParameters { Curve = key.Parameters.Curve, Q = key.Parameters.Q });
        return verifier.VerifyData(
            Encoding.ASCII.GetBytes($"{header}.{claims}"), Base64Url.DecodeFromChars(signature), HashAlgorithmName.SHA256)
            ? Base64Url.DecodeFromChars(claims)
            : null;
    }

    /// <summary>What every token of a type begins with, whatever key has signed it.</summary>
    public static string Prefix(string type)
    {
        // Whole groups of three bytes alone have letters of their own in base64.
        var begin = Encoding.UTF8.GetBytes($$"""{"alg":"ES256","typ":"{{type}}""");
        return Base64Url.EncodeToString(begin.AsSpan(0, begin.Length / 3 * 3));
    }

    private static string Header(LeaseKey key, string type) =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes($$"""{"alg":"ES256","typ":"{{type}}","kid":"{{key.Id}}"}"""));
}
