using System.Collections.Frozen;
using MeterFunctions.Hosting;
using Metering;
using Metering.Api;
using Microsoft.Extensions.Options;

namespace MeterFunctions.Storage;

/// <summary>The tokens that the configuration names by their hashes, and the bootstrap token. The app keeps none of its own.</summary>
internal sealed class ConfiguredTokens(IOptions<FunctionsOptions> options) : ITokens
{
    private static readonly string[] AllScopes = ["ingest", "read", "manage"];

    private readonly FrozenDictionary<string, TokenGrant> _tokens = Read(options.Value);

    /// <inheritdoc/>
    public ValueTask<TokenGrant?> FindAsync(string tokenHash, CancellationToken cancellationToken) =>
        ValueTask.FromResult(_tokens.GetValueOrDefault(tokenHash));

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<TokenRecord>> ListAsync(CancellationToken cancellationToken)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        return ValueTask.FromResult<IReadOnlyList<TokenRecord>>(
            [.. _tokens.OrderBy(token => token.Value.Name, StringComparer.Ordinal).ThenBy(token => token.Key, StringComparer.Ordinal)
                .Select(token => TokenRecord.Configured(token.Value, ids))]);
    }

    /// <inheritdoc/>
    public async ValueTask<TokenRevocation> RevokeAsync(string id, CancellationToken cancellationToken) =>
        (await ListAsync(cancellationToken).ConfigureAwait(false)).Any(token => token.Id == id) ? TokenRevocation.Configured : TokenRevocation.NotFound;

    private static FrozenDictionary<string, TokenGrant> Read(FunctionsOptions options)
    {
        var tokens = new Dictionary<string, TokenGrant>(StringComparer.Ordinal);
        if (options.BootstrapToken.Length > 0)
        {
            tokens[SecretHash.Of(options.BootstrapToken).ToString()] = new TokenGrant("bootstrap", AllScopes);
        }

        foreach (var token in options.Tokens)
        {
            tokens[token.Sha256.ToLowerInvariant()] = new TokenGrant(token.Name, FunctionsOptionsCheck.ScopesOf(token));
        }

        return tokens.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
