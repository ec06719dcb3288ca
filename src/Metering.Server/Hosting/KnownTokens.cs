using System.Collections.Frozen;
using Metering.Server.Engine;
using Metering.Server.Stores;

namespace Metering.Server.Hosting;

/// <summary>Tokens from the configuration and from the store, in memory. There are none before the server has started.</summary>
internal sealed class KnownTokens(MeterEngine engine, ServerOptions options) : ITokens
{
    private volatile FrozenDictionary<string, TokenGrant> _tokens = FrozenDictionary<string, TokenGrant>.Empty;

    /// <inheritdoc/>
    public ValueTask<TokenGrant?> FindAsync(string tokenHash, CancellationToken cancellationToken) =>
        ValueTask.FromResult(_tokens.GetValueOrDefault(tokenHash));

    /// <summary>Reads the tokens. Where there is none at all, makes one with all scopes, so that somebody can get in.</summary>
    /// <returns>A token with all scopes to show to people; null when there is none to show.</returns>
    internal async Task<string?> LoadAsync(CancellationToken cancellationToken)
    {
        var tokens = new Dictionary<string, TokenGrant>(options.Tokens, StringComparer.Ordinal);
        foreach (var (hash, grant) in await engine.Readers.ReadAsync(SqliteTokens.Read, cancellationToken))
        {
            tokens[hash] = grant;
        }

        string? shown = null;
        if (options.BootstrapToken is { } bootstrap)
        {
            tokens[OfflineCommands.HashOf(bootstrap)] = new TokenGrant("bootstrap", TokenScopes.All);
            shown = options.Demo ? bootstrap : null;
        }
        else if (options.Demo)
        {
            // It lives as long as this process, so that demo data needs no secret that is kept.
            shown = OfflineCommands.NewToken();
            tokens[OfflineCommands.HashOf(shown)] = new TokenGrant("demo", TokenScopes.All);
        }
        else if (tokens.Count == 0)
        {
            shown = OfflineCommands.NewToken();
            var (hash, grant) = (OfflineCommands.HashOf(shown), new TokenGrant("first start", TokenScopes.All));
            await engine.Store.RunAsync(store => SqliteTokens.Add(store, hash, grant));
            tokens[hash] = grant;
        }

        _tokens = tokens.ToFrozenDictionary(StringComparer.Ordinal);
        return shown;
    }
}
