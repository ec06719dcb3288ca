using System.Collections.Frozen;

namespace Metering.Api;

/// <summary>
/// The tokens that the configuration names by their hashes, and the bootstrap token; for hosts that keep none of their own.
/// </summary>
public sealed class ConfiguredTokens(MeteringOptions options) : ITokens
{
    private readonly IReadOnlyList<KeyValuePair<string, TokenRecord>> _tokens = Read(options);
    // Configuration is read at the start only, so the tokens are fixed for as long as the process lives, and no look-up has to wait.
    private readonly FrozenDictionary<string, TokenGrant> _grants = Read(options)
        .ToFrozenDictionary(token => token.Key, token => new TokenGrant(token.Value.Name, token.Value.Scopes), StringComparer.Ordinal);

    /// <summary>The configuration's tokens by their hashes (lower-case hex), in the order of their names.</summary>
    public static IReadOnlyList<KeyValuePair<string, TokenRecord>> Read(MeteringOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        // The option takes a hash in either case, as tools print it; look-ups compare with the lower-case form.
        var grants = options.Tokens.ToDictionary(
            token => token.Value.Sha256.ToLowerInvariant(), token => new TokenGrant(token.Value.Name ?? token.Key, token.Value.Scopes),
            StringComparer.Ordinal);
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

    /// <inheritdoc/>
    public ValueTask<TokenGrant?> FindAsync(string tokenHash, CancellationToken cancellationToken) =>
        ValueTask.FromResult(_grants.GetValueOrDefault(tokenHash));

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<TokenRecord>> ListAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult<IReadOnlyList<TokenRecord>>([.. _tokens.Select(token => token.Value)]);

    /// <inheritdoc/>
    public ValueTask<TokenRevocation> RevokeAsync(string id, CancellationToken cancellationToken) =>
        // Never revoked here: the next start would bring the token back, and whoever revoked it would not know.
        ValueTask.FromResult(_tokens.Any(token => token.Value.Id == id) ? TokenRevocation.Configured : TokenRevocation.NotFound);
}
