using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Metering.Server.Storage;

/// <summary>
/// Descriptors of SQLite's logs, beside SQLite's own, to sync them by <c>fdatasync</c>. The SQLite that is built for .NET only knows
/// <c>fsync</c>, which also brings the time of the last change to the disk: on Linux with a journaling file system such as ext4, a commit
/// then waits for the file system's journal too. Nothing of a log needs that time; its length is synced by both.
/// </summary>
/// <remarks>
/// Only for logs: POSIX drops a process's locks on a file when any descriptor of it is closed, and SQLite locks its main file, but never
/// its log.
/// </remarks>
internal static partial class LogDescriptors
{
    /// <summary>SQLite's code for a sync that failed (<c>SQLITE_IOERR_FSYNC</c>).</summary>
    internal const int SyncFailed = 1034;

    // By SQLite's open file. Null where the log can't be opened a second time: SQLite syncs that one itself.
    private static readonly ConcurrentDictionary<nint, SafeFileHandle?> Open = new();

    /// <summary>The descriptor of an open log; null where there is none, and SQLite has to sync it.</summary>
    /// <param name="file">The open file, as SQLite knows it.</param>
    /// <param name="path">Its path, UTF-8 and zero-terminated.</param>
    internal static SafeFileHandle? Of(nint file, nint path) =>
        OperatingSystem.IsLinux() ? Open.GetOrAdd(file, static (_, path) => TryOpen(Marshal.PtrToStringUTF8(path)!), path) : null;

    /// <summary>SQLite closes the file.</summary>
    internal static void Close(nint file)
    {
        if (Open.TryRemove(file, out var handle))
        {
            handle?.Dispose();
        }
    }

    /// <summary>Brings what was written to a file, by whatever descriptor, to the disk.</summary>
    /// <returns>0, or <see cref="SyncFailed"/>.</returns>
    internal static int Sync(SafeFileHandle handle) => DataSync(handle) == 0 ? 0 : SyncFailed;

    private static SafeFileHandle? TryOpen(string path)
    {
        try
        {
            return File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // No descriptors left, for example, or a file that is on no disk. Nothing is lost by it but time.
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "fdatasync")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int DataSync(SafeFileHandle handle);
}
