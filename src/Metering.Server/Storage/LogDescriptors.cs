using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Metering.Server.Storage;

/// <summary>
/// A second file descriptor for each of SQLite's logs, to sync it with <c>fdatasync</c>. The SQLite build for .NET calls only
/// <c>fsync</c>, which also writes the file's modification time: on a file system with a journal, such as ext4, each commit then waits for
/// that journal too. A log doesn't need that time, and both calls write its length.
/// </summary>
/// <remarks>
/// Only for logs: POSIX drops a process's locks on a file when any descriptor of it is closed, and SQLite locks its main file, but never
/// its log.
/// </remarks>
internal static partial class LogDescriptors
{
    /// <summary>SQLite's code for a sync that failed (<c>SQLITE_IOERR_FSYNC</c>).</summary>
    internal const int SyncFailed = 1034;

    // The key is SQLite's pointer to its open file. Null: the log couldn't be opened a second time, so SQLite syncs it.
    private static readonly ConcurrentDictionary<nint, SafeFileHandle?> Descriptors = new();

    /// <summary>
    /// The second descriptor of an open log, which is opened when it is first asked for; null where there is none, and SQLite has to sync
    /// the log.
    /// </summary>
    /// <param name="file">The open file, as SQLite knows it.</param>
    /// <param name="path">Its path, UTF-8 and zero-terminated.</param>
    internal static SafeFileHandle? Find(nint file, nint path) =>
        OperatingSystem.IsLinux() ? Descriptors.GetOrAdd(file, static (_, path) => TryOpen(Marshal.PtrToStringUTF8(path)!), path) : null;

    /// <summary>Closes the second descriptor, if there is one. To be called before SQLite closes the file.</summary>
    internal static void Close(nint file)
    {
        if (Descriptors.TryRemove(file, out var handle))
        {
            handle?.Dispose();
        }
    }

    /// <summary>Syncs the file, including what was written through other descriptors.</summary>
    /// <returns>0, or <see cref="SyncFailed"/>.</returns>
    internal static int Sync(SafeFileHandle handle) => DataSync(handle) == 0 ? 0 : SyncFailed;

    private static SafeFileHandle? TryOpen(string path)
    {
        try
        {
            // fdatasync needs no right to write.
            return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
#pragma warning disable CA1031 // SQLite is the caller, and an exception that reaches its code ends the process.
        catch (Exception)
#pragma warning restore CA1031
        {
            // No descriptors are left, for example, or the file is a simulated one. SQLite then syncs it itself, which is only slower.
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "fdatasync")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int DataSync(SafeFileHandle handle);
}
