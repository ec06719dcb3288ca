using System.Globalization;
using Metering.Server.Storage;

namespace Metering.Server.Hosting;

/// <summary>
/// <c>backup</c>: a copy of a data directory as it was at one moment, which a server can be started on. It reads the files themselves, so
/// it needs neither a token nor a server that answers, and nobody can ask for it over the network.
/// </summary>
internal static class BackupCommand
{
    /// <summary>0 when the copy is there, durable and whole.</summary>
    /// <exception cref="CommandLineException">The directory to make is there already, or the one above it is not.</exception>
    /// <exception cref="DataDirectoryException">The data can't be read, or the copy can't be written; nothing is left of it.</exception>
    internal static Task<int> Run(ServerArguments arguments, string to, TextWriter output, CancellationToken cancellationToken)
    {
        var options = OfflineCommands.Options(arguments);
        var target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(to));
        Check(target, options.Data);

        // Under another name until it is whole, so that what bears the name is a backup.
        var unfinished = target + ".unfinished";
        try
        {
            PrivateFiles.MakeDirectory(unfinished);
            DateTimeOffset moment;
            using (var files = FilesAtOneMoment.Open(options.Data))
            {
                moment = TimeProvider.System.GetUtcNow();
                files.CopyTo(unfinished, cancellationToken);
            }

            // The names too: without them, a power loss takes away files whose bytes are safe. What bears the backup's name is never
            // removed here.
            FolderSync.ToDisk(unfinished);
            Directory.Move(unfinished, target);
            Sync(target);
            var bytes = DataDirectory.FileNames.Sum(name => new FileInfo(Path.Combine(target, name)).Length);
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{target} is {Path.GetFullPath(options.Data)} as it was at {moment:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}, {bytes >> 20} MiB. To check it: verify --data {target}"));
            return Task.FromResult(0);
        }
        catch (Exception fault) when (DataFault.Is(fault))
        {
            Remove(unfinished);
            throw new DataDirectoryException($"There is no backup: {fault.Message.TrimEnd('.')}. Look for free space and the right to write.", fault);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Remove(unfinished);
            throw new DataDirectoryException("Stopped; there is no backup.");
        }
        catch
        {
            Remove(unfinished);
            throw;
        }
    }

    private static void Check(string target, string data)
    {
        if (!Directory.Exists(data))
        {
            throw new DataDirectoryException($"There is no directory {data}.");
        }

        if (Path.Exists(target) || Path.Exists(target + ".unfinished"))
        {
            throw new CommandLineException($"--to: {target} (or {target}.unfinished) exists already; name a directory that does not.");
        }

        if (Path.GetDirectoryName(target) is not { } above || !Directory.Exists(above))
        {
            throw new CommandLineException($"--to: there is no directory above {target}; make it first.");
        }
    }

    private static void Sync(string target)
    {
        try
        {
            FolderSync.ToDisk(Path.GetDirectoryName(target)!);
        }
        catch (IOException fault)
        {
            throw new DataDirectoryException(
                $"{target} is complete, but a power loss could still take its name away, because the directory above can't be synced ({fault.Message}).",
                fault);
        }
    }

    private static void Remove(string directory)
    {
        if (Directory.Exists(directory))
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
