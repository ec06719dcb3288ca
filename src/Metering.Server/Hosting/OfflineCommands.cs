using System.Security.Cryptography;
using System.Text;
using Metering.Server.Evidence;
using Metering.Server.Storage;
using Metering.Server.Stores;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace Metering.Server.Hosting;

/// <summary>Commands on a data directory that no server is using.</summary>
internal static class OfflineCommands
{
    private const int TokenBytes = 32;

    /// <summary><c>verify</c>: 0 when everything agrees, 1 when something differs.</summary>
    internal static int Verify(ServerArguments arguments, TextWriter output)
    {
        var options = Options(arguments);
        if (!Directory.Exists(options.Engine.DataDirectory))
        {
            throw new DataDirectoryException($"There is no directory {options.Engine.DataDirectory}.");
        }

        using var directory = DataDirectory.Take(options.Engine.DataDirectory);
        return Verification.Run(directory, options.Engine, output, NullLogger.Instance) == 0 ? 0 : 1;
    }

    /// <summary><c>token create</c>.</summary>
    internal static int CreateToken(ServerArguments arguments, string name, string[] scopes, TextWriter output)
    {
        if (!TokenScopes.AreKnown(scopes))
        {
            throw new ServerOptionsException($"--scopes must name one or more of {string.Join(", ", TokenScopes.All)}.");
        }

        var options = Options(arguments);
        using var directory = DataDirectory.Take(options.Engine.DataDirectory);
        using var store = Database.OpenWriter(directory.StoreFile, options.Engine.CacheMebibytes * 1024, options.Engine.LockWait);
        StoreSchema.Ensure(store);
        var token = NewToken();
        store.InTransaction(database => SqliteTokens.Add(database, HashOf(token), new TokenGrant(name, scopes)));
        output.WriteLine(token);
        return 0;
    }

    /// <summary>A new secret token.</summary>
    internal static string NewToken() => "mt_" + System.Buffers.Text.Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenBytes));

    /// <summary>What is kept of a token: its SHA-256 in lower-case hex.</summary>
    internal static string HashOf(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    private static ServerOptions Options(ServerArguments arguments) => ServerOptions.Read(new ConfigurationBuilder()
        .AddJsonFile("appsettings.json", optional: true)
        .AddEnvironmentVariables()
        .AddCommandLine(arguments.Settings)
        .AddInMemoryCollection(arguments.Configuration())
        .Build());
}
