using System.Collections.Frozen;
using MeterFunctions.Hosting;
using Metering;
using Microsoft.Extensions.Options;

namespace MeterFunctions.Storage;

/// <summary>The tokens that the configuration names by their hashes, and the bootstrap token.</summary>
internal sealed class ConfiguredTokens(IOptions<FunctionsOptions> options) : ITokens
{
    private static readonly string[] AllScopes = ["ingest", "read", "manage"];

    private readonly FrozenDictionary<string, TokenGrant> _tokens = Read(options.Value);

    /// <inheritdoc/>
    public ValueTask<TokenGrant?> FindAsync(string tokenHash, CancellationToken cancellationToken) =>
        ValueTask.FromResult(_tokens.GetValueOrDefault(tokenHash));

    private static FrozenDictionary<string, TokenGrant> Read(FunctionsOptions options)
    {
        var tokens = new Dictionary<string, TokenGrant>(StringComparer.Ordinal);
        if (options.BootstrapToken.Length > 0)
        {
            tokens[TableKeys.Hash(options.BootstrapToken)] = new TokenGrant("bootstrap", AllScopes);
        }

        foreach (var token in options.Tokens)
        {
            tokens[token.Sha256.ToLowerInvariant()] = new TokenGrant(token.Name, FunctionsOptionsCheck.ScopesOf(token));
        }

        return tokens.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
