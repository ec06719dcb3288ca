using Metering.Reports;

namespace Metering.Server.Exports;

/// <summary>Files in a folder. A file has its name only when all of it is on the disk.</summary>
internal sealed class FolderSink : IExportSink
{
    // What a Unix says when there is no room: ENOSPC, EDQUOT, EFBIG.
    private static readonly int[] NoRoom = [28, 122, 27, unchecked((int)0x80070070), unchecked((int)0x80070027)];

    // Where nothing may be written: EROFS; and where a part of the path is a file: EEXIST.
    private static readonly int[] NoFolder = [30, 17];

    private readonly string _root;

    /// <summary>Files in a folder, which is made when the first of them is.</summary>
    internal FolderSink(string folder) => _root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));

    /// <inheritdoc/>
    public ValueTask<IExportFile> CreateAsync(string name, string exportId, CancellationToken cancellationToken)
    {
        var path = LocationOf(name);
        var folder = Path.GetDirectoryName(path)!;
        var folders = FoldersToSync(folder);
        Directory.CreateDirectory(folder);

        // In the same folder, because only there a file gets its name in one step; hidden, and the same for each attempt of an export, so
        // that what a crash left is written over.
        var begun = Path.Combine(folder, $".{Path.GetFileName(path)}{Unfinished(exportId)}");
        return ValueTask.FromResult<IExportFile>(new FolderFile(begun, path, folders));
    }

    /// <inheritdoc/>
    public ValueTask<Stream?> OpenAsync(string name, CancellationToken cancellationToken)
    {
        var path = LocationOf(name);
        return ValueTask.FromResult<Stream?>(File.Exists(path)
            ? new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, FolderFile.BufferBytes, FileOptions.SequentialScan)
            : null);
    }

    /// <inheritdoc/>
    public ValueTask RemoveAsync(string name, CancellationToken cancellationToken)
    {
        var path = LocationOf(name);
        if (File.Exists(path))
        {
            File.Delete(path);
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Removes what an attempt of an export left when the process was killed. One that goes on would write over it.</summary>
    internal void RemoveUnfinished(string exportId)
    {
        if (!Directory.Exists(_root))
        {
            return;
        }

        // Names may have folders in them, and the parts begin with a dot, which hides them.
        var all = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None };
        foreach (var file in Directory.EnumerateFiles(_root, ".*" + Unfinished(exportId), all))
        {
            File.Delete(file);
        }
    }

    /// <inheritdoc/>
    public ExportFailedException? Explain(Exception fault) => fault switch
    {
        ExportFailedException told => told,
        IOException full when NoRoom.Contains(full.HResult) => new ExportFailedException(
            ExportFailure.DiskFull, $"There is no room left in {_root}: {full.Message}", full),
        IOException missing when missing is DirectoryNotFoundException || NoFolder.Contains(missing.HResult) => new ExportFailedException(
            ExportFailure.NotWritable, $"{_root} cannot be written: {missing.Message}", missing),
        UnauthorizedAccessException => new ExportFailedException(
            ExportFailure.NotWritable, $"{_root} cannot be written: {fault.Message} Give this user the right to write it.", fault),
        IOException => new ExportFailedException(ExportFailure.Unavailable, $"{_root}: {fault.Message}", fault),
        _ => null,
    };

    private static string Unfinished(string exportId) => $".{exportId}.part";

    // A folder that is made for a file has a name of its own in the one above.
    private static List<string> FoldersToSync(string folder)
    {
        var folders = new List<string> { folder };
        for (var made = folder; !Directory.Exists(made) && Path.GetDirectoryName(made) is { } above; made = above)
        {
            folders.Add(above);
        }

        return folders;
    }

    /// <inheritdoc/>
    // Names have no part that leads out; but whoever gets one from elsewhere must not come out of the folder either.
    public string LocationOf(string name) => Path.GetFullPath(Path.Combine(_root, name)) is var path
        && path.StartsWith(_root + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? path
            : throw new ExportFailedException(ExportFailure.NotWritable, $"{name} is not in {_root}.");
}
