namespace Metering.Api;

/// <summary>What a client checks the signature of a lease's token with, as a JSON Web Key (RFC 7517).</summary>
/// <param name="Kid">Its id.</param>
/// <param name="X">The point's first coordinate, base64url.</param>
/// <param name="Y">The point's second coordinate, base64url.</param>
public sealed record PublicKey(string Kid, string X, string Y)
{
    /// <summary>Its type.</summary>
    public string Kty { get; init; } = "EC";

    /// <summary>Its curve.</summary>
    public string Crv { get; init; } = "P-256";

    /// <summary>Its algorithm.</summary>
    public string Alg { get; init; } = "ES256";

    /// <summary>What it is for.</summary>
    public string Use { get; init; } = "sig";
}
