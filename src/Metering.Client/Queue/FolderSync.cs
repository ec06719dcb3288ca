using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Metering.Client;

/// <summary>Flushes directories to the disk, so that a power loss does not take the names of new files.</summary>
internal static partial class FolderSync
{
    private const int ReadOnly = 0;

    /// <summary>
    /// Flushes a directory, which holds the names of its files. Windows does this by itself, and a platform without such files has
    /// nothing to flush.
    /// </summary>
    /// <exception cref="IOException">It can't be opened, or the disk fails.</exception>
    public static void ToDisk(string folder)
    {
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS() && !OperatingSystem.IsFreeBSD())
        {
            return;
        }

        // .NET can't open a directory, but can flush one by its handle.
        using var handle = Open(folder, ReadOnly);
        if (handle.IsInvalid)
        {
            throw new IOException($"{folder} can't be opened: {Marshal.GetLastPInvokeErrorMessage()}.", Marshal.GetLastPInvokeError());
        }

        RandomAccess.FlushToDisk(handle);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial SafeFileHandle Open(string path, int flags);
}
