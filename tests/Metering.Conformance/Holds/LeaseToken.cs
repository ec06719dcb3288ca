using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Metering.Conformance.Holds;

/// <summary>A JWT as an offline client reads it: with nothing but the published keys.</summary>
public sealed class LeaseToken(string token)
{
    private readonly string[] parts = token.Split('.');

    public JsonElement Header => JsonDocument.Parse(Decode(parts[0])).RootElement;

    public JsonElement Claims => JsonDocument.Parse(Decode(parts[1])).RootElement;

    public static string Decode(string part) => Encoding.UTF8.GetString(Base64Url.DecodeFromChars(part));

    public static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    /// <summary>Whether the signature is one of the key that the header names.</summary>
    public bool IsSignedByOneOf(IReadOnlyList<JsonElement> keys)
    {
        var kid = Header.GetProperty("kid").GetString();
        var key = keys.Single(candidate => candidate.GetProperty("kid").GetString() == kid);
        Assert.Equal("EC", key.GetProperty("kty").GetString());
        Assert.Equal("P-256", key.GetProperty("crv").GetString());
        using var ecdsa = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint
            {
                X = Base64Url.DecodeFromChars(key.GetProperty("x").GetString()),
                Y = Base64Url.DecodeFromChars(key.GetProperty("y").GetString()),
            },
        });
        return ecdsa.VerifyData(
            Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"),
            Base64Url.DecodeFromChars(parts[2]),
            HashAlgorithmName.SHA256,
            DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }
}
