using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Metering.Server.Storage;

/// <summary>Brings what folders say of their files to the disk.</summary>
internal static partial class FolderSync
{
    private const int ReadOnly = 0;

    /// <summary>
    /// Brings a folder to the disk: a file's name is an entry of its folder, and until that is on the disk a power loss takes the name
    /// away, however safe the file's own bytes are. Windows keeps names in its log by itself.
    /// </summary>
    /// <exception cref="IOException">It cannot be opened, or the disk fails.</exception>
    internal static void ToDisk(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        // .NET opens no folders, and only by a handle it can be told to bring one to the disk.
        using var handle = Open(folder, ReadOnly);
        if (handle.IsInvalid)
        {
            throw new IOException($"{folder} cannot be opened: {Marshal.GetLastPInvokeErrorMessage()}.", Marshal.GetLastPInvokeError());
        }

        RandomAccess.FlushToDisk(handle);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial SafeFileHandle Open(string path, int flags);
}
