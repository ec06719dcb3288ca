using System.Collections.Frozen;

namespace Metering.Api;

/// <summary>The tokens that the configuration names by their hashes, and the bootstrap token.</summary>
public sealed class ConfiguredTokens(MeteringOptions options)
{
    private readonly IReadOnlyList<KeyValuePair<string, TokenRecord>> _tokens = Read(options);
    // Configuration is read at the start only, so the tokens are fixed for as long as the process lives, and no look-up has to wait.
    private readonly FrozenDictionary<string, TokenGrant> _grants = Read(options)
        .ToFrozenDictionary(token => token.Key, token => token.Value.ToGrant(), StringComparer.Ordinal);

    /// <summary>The configuration's tokens by their hashes (lower-case hex), in the order of their names.</summary>
    public static IReadOnlyList<KeyValuePair<string, TokenRecord>> Read(MeteringOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        // The option takes a hash in either case, as tools print it; look-ups compare with the lower-case form.
        var grants = options.Tokens.ToDictionary(
            token => token.Value.Sha256.ToLowerInvariant(), token => Grant(token.Key, token.Value), StringComparer.Ordinal);
        if (options.BootstrapToken is { } bootstrap)
        {
            // Named a second time in Tokens, it still has every scope.
            grants[SecretHash.Of(bootstrap).ToString()] = new TokenGrant("bootstrap", Scopes.All);
        }

        var ids = new HashSet<string>(StringComparer.Ordinal);
        // In the order of names, and of hashes where names are equal: an id is made of the name and a number where it is taken, so a token
        // must get the same one at each start.
        return [.. grants.OrderBy(token => token.Value.Name, StringComparer.Ordinal).ThenBy(token => token.Key, StringComparer.Ordinal)
            .Select(token => KeyValuePair.Create(token.Key, TokenRecord.Configured(token.Value, ids)))];
    }

    /// <summary>What a token may do; null when the configuration does not name it.</summary>
    /// <param name="tokenHash">SHA-256 of the token, lower-case hex.</param>
    public TokenGrant? Find(string tokenHash) => _grants.GetValueOrDefault(tokenHash);

    /// <summary>The configuration's tokens, in the order of their names.</summary>
    public IEnumerable<TokenRecord> Records => _tokens.Select(token => token.Value);

    private static TokenGrant Grant(string key, TokenOptions token) => new(
        token.Name ?? key, token.Scopes, string.IsNullOrEmpty(token.TenantId) ? null : token.TenantId);
}
