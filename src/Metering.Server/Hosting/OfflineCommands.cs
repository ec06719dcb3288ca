using System.Security.Cryptography;
using Metering.Api;
using Metering.Server.Clock;
using Metering.Server.Engine;
using Metering.Server.Evidence;
using Metering.Server.Storage;
using Metering.Server.Stores;
using Microsoft.Extensions.Logging.Abstractions;

namespace Metering.Server.Hosting;

/// <summary>Commands on a data directory that no server is using.</summary>
internal static class OfflineCommands
{
    private const int TokenBytes = 32;
    private const int TokenIdLength = 24;

    /// <summary><c>verify</c>: 0 when everything agrees, 1 when something differs.</summary>
    internal static int Verify(ServerArguments arguments, TextWriter output, TextWriter progress)
    {
        var options = Options(arguments);
        using var directory = TakeExisting(options);
        return Verification.Run(directory, options, output, progress, TimeProvider.System, NullLogger.Instance) == 0 ? 0 : 1;
    }

    /// <summary>Takes the files of the data folder as they are, where they don't belong together.</summary>
    internal static int AcceptFiles(ServerArguments arguments, TextWriter output)
    {
        var options = Options(arguments);
        using var directory = TakeExisting(options);
        return Hosting.AcceptFiles.Run(directory, options, output);
    }

    /// <summary>Makes a bearer token and writes it, once.</summary>
    internal static int CreateToken(ServerArguments arguments, string name, string[] scopes, TextWriter output)
    {
        if (!Scopes.AreKnown(scopes))
        {
            throw new CommandLineException($"--scopes must name one or more of {string.Join(", ", Scopes.All)}.");
        }

        var token = NewToken();
        InStore(arguments, store => SqliteTokens.Add(store, SecretHash.Of(token).ToString(), NewRecord(name, scopes, TimeProvider.System)));
        output.WriteLine(token);
        return 0;
    }

    /// <summary>Makes a new key that signs leases; the old one is still published.</summary>
    internal static int RotateLeaseKey(ServerArguments arguments, TextWriter output)
    {
        var options = Options(arguments);
        using var directory = TakeExisting(options);
        using var store = OpenedFiles.OpenStore(directory, options);
        var (key, until) = store.InTransaction(database => SqliteLeaseKeys.Rotate(database, Clock(options, directory).UtcNow));
        output.WriteLine($"From the next start on, leases are signed with key {key.Id}.");
        if (until is { } end)
        {
            output.WriteLine(
                $"The old key stays in /.well-known/jwks.json until {end:yyyy-MM-dd HH:mm} UTC, for as long as its leases can last.");
        }

        return 0;
    }

    /// <summary>
    /// <c>token list</c>: id, name, scopes and time of each token that the store keeps; those of the configuration are not in it.
    /// </summary>
    internal static int ListTokens(ServerArguments arguments, TextWriter output)
    {
        foreach (var (_, token) in InStore(arguments, SqliteTokens.Read))
        {
            output.WriteLine($"{token.Id}  {string.Join(',', token.Scopes),-19}  {token.CreatedAt:yyyy-MM-dd'T'HH:mm:ss'Z'}  {token.Name}");
        }

        return 0;
    }

    /// <summary>
    /// <c>token revoke</c>: 0 when the token is gone, 1 when there was none. The last one may go too: the next start makes and prints
    /// another.
    /// </summary>
    internal static int RevokeToken(ServerArguments arguments, string id, TextWriter output)
    {
        var revoked = InStore(arguments, store => SqliteTokens.Remove(store, id));
        output.WriteLine(revoked ? $"{id} is revoked." : $"There is no token {id} in the store. See: token list.");
        return revoked ? 0 : 1;
    }

    /// <summary>What is kept of a new token beside its hash.</summary>
    internal static TokenRecord NewRecord(string name, IReadOnlyList<string> scopes, TimeProvider time) => new(
        "tok_" + RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz234567", TokenIdLength),
        name,
        scopes,
        TokenSource.Stored,
        UtcJsonConverter.WholeMilliseconds(time.GetUtcNow()));

    /// <summary>A new secret token.</summary>
    // 256 random bits: nobody guesses one, so a plain hash of it can be kept.
    internal static string NewToken() => "mt_" + System.Buffers.Text.Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenBytes));

    /// <summary>The clock by which a server on the directory would work.</summary>
    internal static IMeterClock Clock(ServerOptions options, DataDirectory directory) => options.TestClock
        ? TestMeterClock.Open(directory.Path, TimeProvider.System)
        : new SystemMeterClock(TimeProvider.System, NullLogger.Instance);

    /// <summary>Takes a directory that is there: a new one by a mistyped <c>--data</c> would look like one that is empty.</summary>
    /// <exception cref="DataDirectoryException">There is none, or it cannot be taken.</exception>
    internal static DataDirectory TakeExisting(ServerOptions options) => Directory.Exists(options.Data)
        ? DataDirectory.Take(options.Data)
        : throw new DataDirectoryException($"There is no directory {options.Data}.");

    private static T InStore<T>(ServerArguments arguments, Func<Database, T> work)
    {
        var options = Options(arguments);
        using var directory = TakeExisting(options);
        using var store = OpenedFiles.OpenStore(directory, options);
        return store.InTransaction(work);
    }

    /// <summary>The options by which a server with these arguments would start.</summary>
    internal static ServerOptions Options(ServerArguments arguments)
    {
        using var configuration = ServerConfiguration.Builder(arguments).Configuration;
        return MeteringOptions.Read<ServerOptions>(configuration);
    }
}
