using System.Collections.Immutable;
using System.Text.Json;
using Azure.Data.Tables;
using MeterFunctions.Hosting;
using Metering;
using Metering.Api;
using Microsoft.Extensions.Options;

namespace MeterFunctions.Storage;

/// <summary>
/// Tokens of the configuration, and those that were made over the API. The latter are one row: each change is of all of them together, so
/// of two instances that revoke each other's last token one finds that it is the last.
/// </summary>
/// <remarks>
/// They are few, and each instance keeps what it has read for <see cref="ApiOptions.KeyCacheSeconds"/>: so long may another instance let
/// in one that was revoked. One that is not known is looked for anew, but only once a second, so that guessing costs no requests.
/// </remarks>
internal sealed class TableTokens(MeterTables tables, TimeProvider time, IOptions<FunctionsOptions> options) : ITokens
{
    private const string Body = "Body";

    private static readonly TimeSpan MinAge = TimeSpan.FromSeconds(1);

    private readonly ConfiguredTokens _configured = new(options.Value);
    private readonly TimeSpan _maxAge = TimeSpan.FromSeconds(options.Value.Api.KeyCacheSeconds);
    private volatile Known? _known;
    private long _changes;

    /// <inheritdoc/>
    public async ValueTask<TokenGrant?> FindAsync(string tokenHash, CancellationToken cancellationToken)
    {
        // Those of the configuration open the app also while the storage is away.
        if (_configured.Find(tokenHash) is { } grant)
        {
            return grant;
        }

        return Find(await KnownAsync(_maxAge, cancellationToken).ConfigureAwait(false), tokenHash)
            ?? Find(await KnownAsync(MinAge, cancellationToken).ConfigureAwait(false), tokenHash);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<TokenRecord>> ListAsync(CancellationToken cancellationToken) =>
    [
        .. _configured.Records,
        .. (await ReadAsync(cancellationToken).ConfigureAwait(false)).Tokens.Select(token => token.Record)
            .OrderBy(token => token.CreatedAt).ThenBy(token => token.Id, StringComparer.Ordinal),
    ];

    /// <inheritdoc/>
    public ValueTask<TokenAddition> AddAsync(string tokenHash, TokenRecord token, CancellationToken cancellationToken) =>
        ChangeAsync<TokenAddition>(tokens => tokens.FirstOrDefault(one => one.Record.Id == token.Id) is { } known
            // A write whose answer was lost is found again, and is this call's own.
            ? (known.Hash == tokenHash ? TokenAddition.Added : TokenAddition.Present, null)
            : tokens.Length < TokenRecord.MaxStored
                ? (TokenAddition.Added, tokens.Add(new StoredToken(tokenHash, token)))
                : (TokenAddition.Full, null),
        cancellationToken);

    /// <inheritdoc/>
    public ValueTask<TokenRevocation> RevokeAsync(string id, CancellationToken cancellationToken) =>
        // Never revoked here: the next start would bring the token back, and whoever revoked it would not know.
        _configured.Records.Any(token => token.Id == id)
            ? ValueTask.FromResult(TokenRevocation.Configured)
            : ChangeAsync(tokens => Revoke(tokens, id), cancellationToken);

    private (TokenRevocation Result, ImmutableArray<StoredToken>? Changed) Revoke(ImmutableArray<StoredToken> tokens, string id)
    {
        if (tokens.FirstOrDefault(token => token.Record.Id == id) is not { } token)
        {
            return (TokenRevocation.NotFound, null);
        }

        var others = tokens.Where(one => one.Record.Id != id).Select(one => one.Record).Concat(_configured.Records);
        return Scopes.MayManage(token.Record) && !others.Any(Scopes.MayManage)
            ? (TokenRevocation.LastManager, null)
            : (TokenRevocation.Revoked, tokens.Remove(token));
    }

    private ValueTask<T> ChangeAsync<T>(
        Func<ImmutableArray<StoredToken>, (T Result, ImmutableArray<StoredToken>? Changed)> change, CancellationToken cancellationToken) =>
        LostRace.RepeatAsync(
            "The list of tokens",
            async () =>
            {
                var (tokens, row) = await ReadAsync(cancellationToken).ConfigureAwait(false);
                var (result, changed) = change(tokens);
                if (changed is null)
                {
                    return (true, result);
                }

                var written = new TableEntity(TableKeys.SettingPartition, TableKeys.TokensRow);
                PackedBody.Set(
                    written, Body, JsonSerializer.SerializeToUtf8Bytes(changed.Value, TokensJson.Default.ImmutableArrayStoredToken));
                var won = row is null
                    ? await tables.TryAddAsync(TableKeys.Settings, written, cancellationToken).ConfigureAwait(false)
                    : await tables.TryReplaceAsync(TableKeys.Settings, written, row, cancellationToken).ConfigureAwait(false);

                // Counted before it is forgotten: a read that began before this write is then not kept.
                Interlocked.Increment(ref _changes);
                _known = null;
                return (won, result);
            },
            cancellationToken);

    private async ValueTask<Known> KnownAsync(TimeSpan maxAge, CancellationToken cancellationToken)
    {
        if (_known is { } known && time.GetElapsedTime(known.Read) < maxAge)
        {
            return known;
        }

        var (begun, changes) = (time.GetTimestamp(), Volatile.Read(ref _changes));
        var (tokens, _) = await ReadAsync(cancellationToken).ConfigureAwait(false);
        var read = new Known(tokens.ToDictionary(token => token.Hash, token => token.Record.ToGrant(), StringComparer.Ordinal), begun);
        _known = read;
        if (Volatile.Read(ref _changes) != changes)
        {
            _known = null;
        }

        return read;
    }

    private async ValueTask<(ImmutableArray<StoredToken> Tokens, TableEntity? Row)> ReadAsync(CancellationToken cancellationToken)
    {
        var row = await tables.FindAsync(TableKeys.Settings, TableKeys.SettingPartition, TableKeys.TokensRow, cancellationToken)
            .ConfigureAwait(false);
        return row is null
            ? ([], null)
            : (JsonSerializer.Deserialize(PackedBody.Get(row, Body), TokensJson.Default.ImmutableArrayStoredToken), row);
    }

    private static TokenGrant? Find(Known known, string tokenHash) => known.Grants.GetValueOrDefault(tokenHash);


    private sealed record Known(IReadOnlyDictionary<string, TokenGrant> Grants, long Read);
}
