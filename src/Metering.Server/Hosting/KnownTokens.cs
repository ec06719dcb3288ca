using System.Collections.Frozen;
using Metering.Api;
using Metering.Server.Engine;
using Metering.Server.Stores;

namespace Metering.Server.Hosting;

/// <summary>Tokens from the configuration and from the store, in memory. There are none before the server has started.</summary>
internal sealed class KnownTokens(MeterEngine engine, ServerOptions options, TimeProvider time) : ITokens, IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private volatile FrozenDictionary<string, Known> _tokens = FrozenDictionary<string, Known>.Empty;

    /// <inheritdoc/>
    public ValueTask<TokenGrant?> FindAsync(string tokenHash, CancellationToken cancellationToken) =>
        ValueTask.FromResult(_tokens.GetValueOrDefault(tokenHash)?.Grant);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<TokenRecord>> ListAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult<IReadOnlyList<TokenRecord>>(
        [.. _tokens.Values.Select(known => known.Record).OrderBy(token => token.CreatedAt)
            .ThenBy(token => token.Id, StringComparer.Ordinal)]);

    /// <inheritdoc/>
    public async ValueTask<TokenAddition> AddAsync(string tokenHash, TokenRecord token, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_tokens.Values.Any(known => known.Record.Id == token.Id))
            {
                return TokenAddition.Present;
            }

            if (_tokens.Values.Count(known => known.Record.Source == TokenSource.Stored) >= TokenRecord.MaxStored)
            {
                return TokenAddition.Full;
            }

            await engine.Store.RunAsync(store => SqliteTokens.Add(store, tokenHash, token));
            _tokens = _tokens.Append(KeyValuePair.Create(tokenHash, new Known(token))).ToFrozenDictionary(StringComparer.Ordinal);
            return TokenAddition.Added;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask<TokenRevocation> RevokeAsync(string id, CancellationToken cancellationToken)
    {
        // One at a time: two that revoke each other's token must not both find that the other may still manage.
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_tokens.Values.FirstOrDefault(known => known.Record.Id == id) is not { Record: var token })
            {
                return TokenRevocation.NotFound;
            }

            if (token.Source == TokenSource.Configured)
            {
                return TokenRevocation.Configured;
            }

            if (Scopes.MayManage(token) && !_tokens.Values.Any(known => known.Record.Id != id && Scopes.MayManage(known.Record)))
            {
                return TokenRevocation.LastManager;
            }

            await engine.Store.RunAsync(store => SqliteTokens.Remove(store, id));

            // After the write: a token that is gone here but not there would be back after the next start.
            _tokens = _tokens.Where(pair => pair.Value.Record.Id != id).ToFrozenDictionary(StringComparer.Ordinal);
            return TokenRevocation.Revoked;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    /// <summary>
    /// Reads the tokens. Where none may manage, makes one with all scopes: else nobody could ever make another, with whatever other tokens
    /// there are.
    /// </summary>
    /// <returns>A token with all scopes to show to people; null when there is none to show.</returns>
    internal async Task<string?> LoadAsync(CancellationToken cancellationToken)
    {
        var tokens = new Dictionary<string, Known>(StringComparer.Ordinal);
        foreach (var (hash, record) in await engine.Readers.ReadAsync(SqliteTokens.Read, cancellationToken))
        {
            tokens[hash] = new Known(record);
        }

        // The configuration's wins where the store has the same: revoked there, it would be back after the next start.
        foreach (var (hash, record) in ConfiguredTokens.Read(options))
        {
            tokens[hash] = new Known(record);
        }

        string? shown = null;
        if (options.Demo && options.BootstrapToken is { } bootstrap)
        {
            shown = bootstrap;
        }
        else if (options.Demo)
        {
            // It lives as long as this process, so that demo data needs no secret that is kept.
            shown = NewToken.Secret();
            tokens[SecretHash.Of(shown).ToString()] = new Known(
                new TokenRecord("configured:demo", "demo", Scopes.All, TokenSource.Configured, null));
        }
        else if (!tokens.Values.Any(known => Scopes.MayManage(known.Record)))
        {
            shown = NewToken.Secret();
            var (hash, record) = (SecretHash.Of(shown).ToString(), NewToken.Record("server start", Scopes.All, null, time.GetUtcNow()));
            await engine.Store.RunAsync(store => SqliteTokens.Add(store, hash, record));
            tokens[hash] = new Known(record);
        }

        _tokens = tokens.ToFrozenDictionary(StringComparer.Ordinal);
        return shown;
    }

    private sealed record Known(TokenRecord Record)
    {
        public TokenGrant Grant { get; } = Record.ToGrant();
    }
}
