using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Metering;

/// <summary>A P-256 key that signs lease tokens.</summary>
public sealed class LeaseKey
{
    private LeaseKey(ECParameters parameters)
    {
        Parameters = parameters;

        // Base64url, because that is how a JWK has its coordinates (RFC 7518, section 6.2.1).
        X = Base64Url.EncodeToString(parameters.Q.X);
        Y = Base64Url.EncodeToString(parameters.Q.Y);

        // RFC 7638, section 3.2: of an EC key just these members, in this order, without white space.
        var canonical = $$"""{"crv":"P-256","kty":"EC","x":"{{X}}","y":"{{Y}}"}""";
        Id = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(canonical)));
    }

    /// <summary>The key's id: its RFC 7638 thumbprint, so that the same key has the same id wherever it is read.</summary>
    public string Id { get; }

    /// <summary>The public point's first coordinate, base64url.</summary>
    public string X { get; }

    /// <summary>The public point's second coordinate, base64url.</summary>
    public string Y { get; }

    /// <summary>The key itself, the private part included.</summary>
    public ECParameters Parameters { get; }

    /// <summary>A new key.</summary>
    public static LeaseKey Generate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new LeaseKey(key.ExportParameters(includePrivateParameters: true));
    }

    /// <summary>Reads a key that <see cref="ToPkcs8"/> wrote.</summary>
    /// <exception cref="CryptographicException">The bytes are no P-256 private key.</exception>
    public static LeaseKey FromPkcs8(ReadOnlySpan<byte> pkcs8)
    {
        using var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(pkcs8, out _);

        // ES256 is ECDSA on P-256 (RFC 7518, section 3.4); a key on another curve would sign tokens that no client can verify.
        // Its size does not tell: secp256k1 and brainpoolP256r1 have 256 bits too.
        var parameters = key.ExportParameters(includePrivateParameters: true);
        return parameters.Curve.IsNamed && parameters.Curve.Oid.Value == ECCurve.NamedCurves.nistP256.Oid.Value
            ? new LeaseKey(parameters)
            : throw new CryptographicException("A lease key must be a P-256 key.");
    }

    /// <summary>The key as PKCS#8, for a host to keep.</summary>
    public byte[] ToPkcs8()
    {
        using var key = ECDsa.Create(Parameters);
        return key.ExportPkcs8PrivateKey();
    }
}
