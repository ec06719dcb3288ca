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
    /// <summary><c>verify</c>: 0 when everything agrees, 1 when something differs.</summary>
    internal static int Verify(ServerArguments arguments, TextWriter output, TextWriter progress)
    {
        var options = Options(arguments);
        using var directory = TakeData(options);
        return Verification.Run(directory, options, output, progress, TimeProvider.System, NullLogger.Instance) == 0 ? 0 : 1;
    }

    /// <summary>Takes the files of the data folder as they are, where they don't belong together.</summary>
    internal static int AcceptFiles(ServerArguments arguments, TextWriter output)
    {
        var options = Options(arguments);
        using var directory = TakeData(options);
        return On(directory, () => Hosting.AcceptFiles.Run(directory, options, output));
    }

    /// <summary>Makes a new key that signs leases; the old one is still published.</summary>
    internal static int RotateLeaseKey(ServerArguments arguments, TextWriter output)
    {
        var options = Options(arguments);
        using var directory = TakeData(options);
        var (key, until) = InStore(directory, options, store => SqliteLeaseKeys.Rotate(store, Clock(options, directory).UtcNow));
        output.WriteLine($"From the next start on, leases are signed with key {key.Id}.");
        if (until is { } end)
        {
            output.WriteLine(
                $"The old key stays in /.well-known/jwks.json until {end:yyyy-MM-dd HH:mm} UTC, for as long as its leases can last.");
        }

        return 0;
    }

    /// <summary>Does work in one transaction of <c>meter.db</c>.</summary>
    /// <exception cref="DataDirectoryException">It can't be read or written.</exception>
    internal static T InStore<T>(DataDirectory directory, ServerOptions options, Func<Database, T> work) => On(directory, () =>
    {
        using var store = OpenedFiles.OpenStore(directory, options);
        return store.InTransaction(work);
    });

    /// <summary>The clock by which a server with these options would work on the directory.</summary>
    internal static IMeterClock Clock(ServerOptions options, DataDirectory directory) => options.TestClock
        ? TestMeterClock.Open(directory.Path, TimeProvider.System)
        : new SystemMeterClock(TimeProvider.System, NullLogger.Instance);

    /// <summary>Takes a directory that is there: a new one by a mistyped <c>--data</c> would look like one that is empty.</summary>
    /// <exception cref="DataDirectoryException">There is none, or it cannot be taken.</exception>
    internal static DataDirectory TakeExisting(ServerOptions options) => Directory.Exists(options.Data)
        ? DataDirectory.Take(options.Data)
        : throw new DataDirectoryException($"There is no directory {options.Data}.");

    /// <summary>Takes a directory that holds data: an empty one, such as a volume that is not mounted, would be found in order.</summary>
    /// <exception cref="DataDirectoryException">There is none or no data in it, or it cannot be taken.</exception>
    internal static DataDirectory TakeData(ServerOptions options) => !Directory.Exists(options.Data) || DataDirectory.HasStore(options.Data)
        ? TakeExisting(options)
        : throw new DataDirectoryException(
            $"There is no {DataDirectory.FileNames[0]} in {options.Data}. Check --data, and that its volume is mounted.");

    // Damage may show only after a file was opened.
    private static T On<T>(DataDirectory directory, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception fault) when (DataFault.Is(fault))
        {
            throw DataFault.Of($"The data in {directory.Path}", fault);
        }
    }

    /// <summary>The options by which a server with these arguments would start.</summary>
    internal static ServerOptions Options(ServerArguments arguments)
    {
        using var configuration = ServerConfiguration.Builder(arguments).Configuration;
        return MeteringOptions.Read<ServerOptions>(configuration);
    }
}
