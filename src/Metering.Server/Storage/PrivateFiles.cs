using System.IO.Enumeration;

namespace Metering.Server.Storage;

/// <summary>
/// Files and directories that this user alone may read: they hold webhook secrets and the key that signs leases. Windows has no such
/// bits; there the directory's own rights count.
/// </summary>
internal static class PrivateFiles
{
    /// <summary>The file that holds what is shown only once, where it is not printed.</summary>
    internal const string FirstStart = "first-start.txt";

    private const UnixFileMode FileMode600 = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode DirectoryMode = FileMode600 | UnixFileMode.UserExecute;

    // With what SQLite puts beside its files (-wal, -shm), and what accept-files has set aside.
    private static readonly string[] Ours = ["meter.db*", "journal.db*", "webhooks.db*", "meter.lock", "test-clock*", FirstStart];

    /// <summary>Makes a directory if it is missing. One that is there is closed to others if it is empty or holds our files.</summary>
    internal static void MakeDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
            return;
        }

        Directory.CreateDirectory(path, DirectoryMode);
        var files = Files(path);

        // A directory with files of others alone is not ours to close.
        if (files.Count > 0 || !Directory.EnumerateFileSystemEntries(path).Any())
        {
            Close(path, DirectoryMode);
        }

        // What an earlier start or a restored backup left open.
        foreach (var file in files)
        {
            Close(file, FileMode600);
        }
    }

    /// <summary>Makes an empty file if there is none, so that whoever writes it does not make it for everybody.</summary>
    internal static void Make(string file)
    {
        if (!OperatingSystem.IsWindows() && !File.Exists(file))
        {
            using var made = new FileStream(file, Options(FileMode.OpenOrCreate, FileShare.ReadWrite));
        }
    }

    /// <summary>Opens a file to read and write, made if it is missing.</summary>
    internal static FileStream Open(string file, FileMode mode, FileShare share) => new(file, Options(mode, share));

    private static FileStreamOptions Options(FileMode mode, FileShare share)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = share };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = FileMode600;
        }

        return options;
    }

    // One look at the directory, not one for each pattern.
    private static List<string> Files(string path) =>
    [
        .. Directory.EnumerateFiles(path).Where(
            file => Array.Exists(
                Ours, pattern => FileSystemName.MatchesSimpleExpression(pattern, Path.GetFileName(file), ignoreCase: false))),
    ];

    private static void Close(string path, UnixFileMode mode)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        try
        {
            if ((File.GetUnixFileMode(path) & ~mode) != 0)
            {
                File.SetUnixFileMode(path, mode);
            }
        }
        catch (UnauthorizedAccessException)
        {
            // It belongs to somebody else, such as a volume's root: its owner decides. The files that are made in it are closed all the
            // same.
        }
    }
}
