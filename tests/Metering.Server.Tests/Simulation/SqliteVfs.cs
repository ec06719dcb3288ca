using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Metering.Server.Storage;

namespace Metering.Server.Tests.Simulation;

/// <summary>
/// SQLite's door to the operating system, in this process: files in the directory of a <see cref="SimulatedDisk"/> lie in its memory, all
/// others where they always lie. So the code under test opens its files as it does in production.
/// </summary>
internal static unsafe class SqliteVfs
{
    internal const int Ok = 0;
    internal const int IoError = 10;
    internal const int CannotOpen = 14;

    private static readonly ConcurrentDictionary<string, SimulatedDisk> Disks = new(StringComparer.Ordinal);
    private static readonly Lock Gate = new();
    private static Table* _real;

    /// <summary>Puts a disk in the place of a directory's files, or of the disk that was there.</summary>
    internal static void Mount(string directory, SimulatedDisk disk)
    {
        lock (Gate)
        {
            if (_real is null)
            {
                Register();
            }
        }

        Disks[directory] = disk;
    }

    internal static void Unmount(string directory) => Disks.TryRemove(directory, out _);

    // The default one from here on, for the whole process: production code asks for no other. It is never taken away again.
    private static void Register()
    {
        Database.MakeReady();
        _real = Native.Find(null);
        var table = (Table*)NativeMemory.AllocZeroed((nuint)sizeof(Table));
        *table = *_real;
        table->Next = null;
        table->FileSize = Math.Max(_real->FileSize, sizeof(SimulatedHandle.Header));
        table->Name = (byte*)Marshal.StringToCoTaskMemUTF8("simulated");
        table->Open = &Open;
        table->Delete = &Delete;
        table->Access = &Access;
        table->FullPath = &FullPath;
        if (Native.Register(table, 1) != Ok)
        {
            throw new InvalidOperationException("SQLite does not take the simulated disk.");
        }
    }

    private static SimulatedDisk? DiskOf(byte* path, out string name)
    {
        name = "";
        if (path is null || Disks.IsEmpty)
        {
            return null;
        }

        var full = Marshal.PtrToStringUTF8((nint)path)!;
        var cut = full.LastIndexOf('/');
        name = full[(cut + 1)..];
        return cut > 0 && Disks.TryGetValue(full[..cut], out var disk) ? disk : null;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Open(Table* table, byte* path, SimulatedHandle.Header* file, int flags, int* given)
    {
        if (DiskOf(path, out var name) is not { } disk)
        {
            // With its own table: from here on SQLite calls the real file's methods, and never this class.
            return _real->Open(_real, path, file, flags, given);
        }

        file->Methods = null;
        if (given is not null)
        {
            *given = flags;
        }

        return SimulatedHandle.Open(disk, name, file, flags);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Delete(Table* table, byte* path, int syncDirectory) =>
        DiskOf(path, out var name) is { } disk ? disk.Delete(name, syncDirectory != 0) : _real->Delete(_real, path, syncDirectory);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Access(Table* table, byte* path, int flags, int* result)
    {
        if (DiskOf(path, out var name) is not { } disk)
        {
            return _real->Access(_real, path, flags, result);
        }

        *result = disk.Exists(name) ? 1 : 0;
        return Ok;
    }

    // The real one asks the system about each part of a path.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int FullPath(Table* table, byte* path, int size, byte* full)
    {
        if (DiskOf(path, out _) is null)
        {
            return _real->FullPath(_real, path, size, full);
        }

        var name = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(path);
        if (name.Length >= size)
        {
            return CannotOpen;
        }

        name.CopyTo(new Span<byte>(full, size));
        full[name.Length] = 0;
        return Ok;
    }

    /// <summary><c>sqlite3_vfs</c>, version 3. What is not named here is the real one's.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Table
    {
        public int Version;
        public int FileSize;
        public int MaxPath;
        public Table* Next;
        public byte* Name;
        public void* Data;
        public delegate* unmanaged[Cdecl]<Table*, byte*, SimulatedHandle.Header*, int, int*, int> Open;
        public delegate* unmanaged[Cdecl]<Table*, byte*, int, int> Delete;
        public delegate* unmanaged[Cdecl]<Table*, byte*, int, int*, int> Access;
        public delegate* unmanaged[Cdecl]<Table*, byte*, int, byte*, int> FullPath;
        public Others Rest;
    }

    [InlineArray(12)]
    internal struct Others
    {
        private nint _method;
    }

    private static class Native
    {
        [DllImport("e_sqlite3", EntryPoint = "sqlite3_vfs_find", CallingConvention = CallingConvention.Cdecl)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
        internal static extern Table* Find(byte* name);

        [DllImport("e_sqlite3", EntryPoint = "sqlite3_vfs_register", CallingConvention = CallingConvention.Cdecl)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
        internal static extern int Register(Table* table, int makeDefault);
    }
}
