using Metering.Api;
using Metering.Server.Storage;
using Metering.Server.Stores;

namespace Metering.Server.Hosting;

/// <summary>
/// <c>token create</c>, <c>token list</c> and <c>token revoke</c>: with an address they call the server that listens there, which may be
/// either host; without one they work on a data directory that no server is using.
/// </summary>
internal static class TokenCommands
{
    /// <summary>
    /// The token by which a running server is called. There is no option for it: others could read it in the list of processes.
    /// </summary>
    internal const string TokenVariable = "METERING_TOKEN";

    /// <summary>Makes a token and writes it, once; 0 when it is made.</summary>
    internal static async Task<int> CreateAsync(
        ServerArguments arguments, string? url, TokenRequest request, TextWriter output, CancellationToken cancellationToken)
    {
        if (NewToken.ErrorsOf(request) is [var wrong, ..])
        {
            var option = wrong.Pointer == "/tenant_id" ? "tenant" : wrong.Pointer.TrimStart('/');
            throw new CommandLineException($"--{option} {wrong.Detail.TrimEnd('.')}.");
        }

        if (Caller(url) is { } caller)
        {
            using (caller)
            {
                output.WriteLine(await caller.CreateAsync(request, cancellationToken));
                return 0;
            }
        }

        var token = NewToken.Secret();
        var record = NewToken.Record(request, TimeProvider.System.GetUtcNow());
        InStore(arguments, store => SqliteTokens.Add(store, SecretHash.Of(token).ToString(), record));
        output.WriteLine(token);
        return 0;
    }

    /// <summary>
    /// Writes id, scopes, time, tenant and name of each token. On a data directory those of the configuration are not in it.
    /// </summary>
    internal static async Task<int> ListAsync(
        ServerArguments arguments, string? url, TextWriter output, CancellationToken cancellationToken)
    {
        using var caller = Caller(url);
        var tokens = caller is null
            ? InStore(arguments, SqliteTokens.Read).Select(token => token.Value)
            : await caller.ListAsync(cancellationToken);
        foreach (var token in tokens)
        {
            var made = token.CreatedAt is { } at ? $"{at:yyyy-MM-dd'T'HH:mm:ss'Z'}" : "configured";
            output.WriteLine($"{token.Id}  {string.Join(',', token.Scopes),-19}  {made,-20}  {token.TenantId ?? "*"}  {token.Name}");
        }

        return 0;
    }

    /// <summary>
    /// 0 when the token is gone, 1 when it is not. On a data directory the last one that may manage may go too: the next start makes and
    /// shows another.
    /// </summary>
    internal static async Task<int> RevokeAsync(
        ServerArguments arguments, string? url, string id, TextWriter output, CancellationToken cancellationToken)
    {
        using var caller = Caller(url);
        var refusal = caller is not null ? await caller.RevokeAsync(id, cancellationToken)
            : InStore(arguments, store => SqliteTokens.Remove(store, id)) ? null : $"There is no token {id} in the store. See: token list.";
        output.WriteLine(refusal ?? $"{id} is revoked.");
        return refusal is null ? 0 : 1;
    }

    private static TokenCaller? Caller(string? url)
    {
        if (ServerAddress.Find(url) is not { } address)
        {
            return null;
        }

        return Environment.GetEnvironmentVariable(TokenVariable) is { Length: > 0 } token
            ? new TokenCaller(address, token)
            : throw new CommandLineException($"Set {TokenVariable} to a token that may manage; the server at {address} is called with it.");
    }

    private static T InStore<T>(ServerArguments arguments, Func<Database, T> work)
    {
        var options = OfflineCommands.Options(arguments);
        using var directory = Take(options);
        return OfflineCommands.InStore(directory, options, work);
    }

    private static DataDirectory Take(ServerOptions options)
    {
        try
        {
            return OfflineCommands.TakeExisting(options);
        }
        catch (DataDirectoryException inUse) when (inUse.InnerException is IOException)
        {
            throw new DataDirectoryException(
                $"{inUse.Message} Or call it: --url (or {ServerAddress.Variable}) with its address, and {TokenVariable} with a token that may manage.",
                inUse);
        }
    }
}
