using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Metering.Client;

/// <summary>Brings what folders say of their files to the disk.</summary>
internal static partial class FolderSync
{
    private const int ReadOnly = 0;

    /// <summary>
    /// Brings a folder to the disk: a file's name is an entry of its folder. Windows keeps names in its log by itself, and where the
    /// platform has no files of this kind there is nothing to do.
    /// </summary>
    /// <exception cref="IOException">It can't be opened, or the disk fails.</exception>
    public static void ToDisk(string folder)
    {
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS() && !OperatingSystem.IsFreeBSD())
        {
            return;
        }

        // .NET opens no folders, but brings one to the disk by its handle.
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
