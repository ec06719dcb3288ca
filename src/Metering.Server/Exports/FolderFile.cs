using Metering.Reports;
using Metering.Server.Storage;

namespace Metering.Server.Exports;

/// <summary>A file of <see cref="FolderSink"/> that is being written.</summary>
internal sealed class FolderFile : IExportFile
{
    internal const int BufferBytes = 128 * 1024;

    // The owner writes it, and a program of the same group may fetch it; nobody else sees what customers use.
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;

    private readonly string _begun;
    private readonly string _path;
    private readonly FileStream _file;

    private readonly IReadOnlyList<string> _folders;

    /// <summary>Begins a file.</summary>
    /// <param name="begun">Its name until it is published.</param>
    /// <param name="path">Its name from then on, in the same folder.</param>
    /// <param name="folders">Folders that are on the disk only when they are brought there: its own, and those above that were made for it.</param>
    internal FolderFile(string begun, string path, IReadOnlyList<string> folders)
    {
        (_begun, _path, _folders) = (begun, path, folders);
        var options = new FileStreamOptions
        {
            Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.None, BufferSize = BufferBytes,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = Mode;
        }

        _file = new FileStream(begun, options);
    }

    public Stream Content => _file;

    public async ValueTask PublishAsync(CancellationToken cancellationToken)
    {
        // On the disk before it has its name: after a power loss the name must not stand for a part of it.
        await Task.Run(() => _file.Flush(flushToDisk: true), cancellationToken);
        await _file.DisposeAsync();
        File.Move(_begun, _path, overwrite: true);
        foreach (var folder in _folders)
        {
            await Task.Run(() => FolderSync.ToDisk(folder), cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await _file.DisposeAsync();
        }
        catch (IOException)
        {
            // It writes what is left in its buffer, for which there may be no room; the file is given up anyway.
        }

        // Once it is published, nothing has this name any more.
        File.Delete(_begun);
    }
}
