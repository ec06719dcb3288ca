using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Metering.Server.Storage;

/// <summary>
/// SQLite's <c>sqlite3_vfs</c>, version 3: how it opens files. One that is made here has the default one's methods but for those named.
/// </summary>
/// <remarks>See <see href="https://sqlite.org/c3ref/vfs.html"/>.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal unsafe partial struct FileSystem
{
    public int Version;

    /// <summary>Bytes that SQLite must give for an <see cref="OpenFile"/>.</summary>
    public int FileSize;
    public int MaxPath;
    public FileSystem* Next;
    public byte* Name;
    public void* Data;
    public delegate* unmanaged[Cdecl]<FileSystem*, byte*, OpenFile*, int, int*, int> Open;
    public delegate* unmanaged[Cdecl]<FileSystem*, byte*, int, int> Delete;
    public delegate* unmanaged[Cdecl]<FileSystem*, byte*, int, int*, int> Access;
    public delegate* unmanaged[Cdecl]<FileSystem*, byte*, int, byte*, int> FullPath;
    public Others Rest;

    /// <summary>The one that SQLite uses where none is named.</summary>
    internal static FileSystem* Default => Find(null);

    /// <summary>Registers another one: the default one with some methods changed. It stays as long as the process.</summary>
    /// <param name="name">The name.</param>
    /// <param name="ownBytes">Bytes that it keeps of each open file, behind those of the default one.</param>
    /// <param name="isDefault">Whether it is the default one from then on.</param>
    /// <param name="change">Gives it its own methods.</param>
    internal static void Register(string name, int ownBytes, bool isDefault, Change change)
    {
        var system = (FileSystem*)NativeMemory.AllocZeroed((nuint)sizeof(FileSystem));
        *system = *Default;
        system->Next = null;
        system->FileSize += ownBytes;
        system->Name = (byte*)Marshal.StringToCoTaskMemUTF8(name);
        change(system);
        if (Register(system, isDefault ? 1 : 0) != 0)
        {
            throw new InvalidOperationException($"SQLite does not take the file system '{name}'.");
        }
    }

    /// <summary>Sets methods of a new one.</summary>
    internal delegate void Change(FileSystem* system);

    /// <summary>The methods after those that are named here.</summary>
    [InlineArray(12)]
    internal struct Others
    {
        private nint _method;
    }

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_vfs_find")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    private static partial FileSystem* Find(byte* name);

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_vfs_register")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    private static partial int Register(FileSystem* system, int makeDefault);
}
