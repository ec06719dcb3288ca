using System.Globalization;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Metering.Client;

/// <summary>Checks the proofs of leases: JWTs that the meter signed (ES256). With the keys at hand no connection is needed.</summary>
/// <param name="directory">Where keys that the meter gave are kept.</param>
/// <param name="trusted">The keys that alone are trusted; null: those that the meter gives.</param>
/// <param name="fetch">Asks the meter for its keys (RFC 7517).</param>
internal sealed class LeaseTokens(string directory, string? trusted, Func<CancellationToken, Task<string>> fetch)
{
    private readonly JsonWebTokenHandler _tokens = new();
    private readonly string _kept = Path.Combine(directory, "keys.json");

    /// <summary>Says what is wrong with a lease's proof by the keys at hand; null when nothing is.</summary>
    public async Task<string?> CheckAsync(HeldLease lease, string featureCode)
    {
        var known = trusted ?? (File.Exists(_kept) ? await File.ReadAllTextAsync(_kept).ConfigureAwait(false) : null);
        return known is null ? "the meter's public keys are not known" : await CheckAsync(lease, featureCode, known).ConfigureAwait(false);
    }

    /// <summary>The same for a lease that has just come, with keys that are fetched if those at hand don't do.</summary>
    public async Task<string?> CheckNewAsync(HeldLease lease, string featureCode, CancellationToken stop)
    {
        if (await CheckAsync(lease, featureCode).ConfigureAwait(false) is not { } wrong)
        {
            return null;
        }

        if (trusted is not null)
        {
            return wrong;
        }

        var keys = await fetch(stop).ConfigureAwait(false);
        wrong = await CheckAsync(lease, featureCode, keys).ConfigureAwait(false);
        if (wrong is null)
        {
            await File.WriteAllTextAsync(_kept + ".new", keys, stop).ConfigureAwait(false);
            File.Move(_kept + ".new", _kept, overwrite: true);
        }

        return wrong;
    }

    private async Task<string?> CheckAsync(HeldLease lease, string featureCode, string keys)
    {
        IList<SecurityKey> signing;
        try
        {
            signing = new JsonWebKeySet(keys).GetSigningKeys();
        }
        catch (ArgumentException failure)
        {
            return $"the public keys can't be read: {failure.Message}";
        }

        // Its time is not judged by the token but by how long it stands: the meter's clock and this machine's may differ.
        var result = await _tokens.ValidateTokenAsync(lease.Token, new TokenValidationParameters
        {
            IssuerSigningKeys = signing,
            ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
            ValidateIssuer = false,
            ValidateAudience = false,
            ValidateLifetime = false,
        }).ConfigureAwait(false);
        if (!result.IsValid)
        {
            return $"its token is not signed by the meter: {result.Exception.Message}";
        }

        var token = (JsonWebToken)result.SecurityToken;
        return Says(token, "jti", lease.Id) && Says(token, "feature_code", featureCode)
            && Says(token, "amount", lease.Amount.ToString(CultureInfo.InvariantCulture))
            && (token.ValidTo - token.IssuedAt).TotalSeconds >= lease.Seconds
                ? null
                : "its token is that of another lease";
    }

    private static bool Says(JsonWebToken token, string claim, string value) =>
        token.TryGetClaim(claim, out var found) && found.Value == value;
}
