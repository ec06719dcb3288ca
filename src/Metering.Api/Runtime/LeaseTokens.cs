using System.Buffers;
using System.Text.Json;
using Microsoft.Extensions.Options;

namespace Metering.Api;

/// <summary>Signs lease tokens: JWTs that whoever has the public key can check without a connection.</summary>
internal sealed class LeaseTokens(ILeaseKeys keys, IOptions<ApiOptions> options)
{
    private const string Type = "JWT";

    /// <summary>The token of a lease. The same lease gives the same claims; its signature may differ.</summary>
    public async ValueTask<string> SignAsync(string licenseId, HoldAnswer lease, CancellationToken cancellationToken)
    {
        // The first key signs; those after it are there for tokens that they have signed.
        var key = (await keys.ReadAsync(cancellationToken).ConfigureAwait(false))[0];
        return Jwt.Sign(key, Type, Claims(licenseId, lease));
    }

    /// <summary>The public keys (RFC 7517).</summary>
    public async ValueTask<KeySet> PublicKeysAsync(CancellationToken cancellationToken)
    {
        var known = await keys.ReadAsync(cancellationToken).ConfigureAwait(false);
        return new KeySet([.. known.Select(key => new PublicKey(key.Id, key.X, key.Y))]);
    }

    private ReadOnlySpan<byte> Claims(string licenseId, HoldAnswer lease)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString("iss", options.Value.Issuer);
        json.WriteString("sub", licenseId);
        json.WriteString("jti", lease.Id);
        json.WriteString("feature_code", lease.FeatureCode);
        json.WriteNumber("amount", Amount.Normalize(lease.Amount));
        json.WriteString("fingerprint", lease.Fingerprint);
        // Seconds since 1970, as JWT wants its times (RFC 7519, 2).
        json.WriteNumber("iat", lease.CreatedAt.ToUnixTimeSeconds());
        json.WriteNumber("exp", lease.ExpiresAt.ToUnixTimeSeconds());
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan;
    }
}
