using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Metering.Server.Storage;

namespace Metering.Server.Tests.Simulation;

/// <summary>An open file of a <see cref="SimulatedDisk"/>, as SQLite holds it: its methods, which pass on to the disk.</summary>
internal sealed unsafe class SimulatedHandle
{
    private const int NotFound = 12;
    private const int Failed = 6_410;
    private const int SectorSize = 4_096;

    // SQLITE_IOCAP_POWERSAFE_OVERWRITE, as the real one says: a write that is torn damages nothing beside it.
    private const int Characteristics = 0x1000;

    private static readonly FileMethods* Methods = MakeMethods();
    private readonly SimulatedDisk _disk;
    private readonly int _start;

    private SimulatedHandle(SimulatedDisk disk, string name, SimulatedFile file)
    {
        _disk = disk;
        _start = disk.Starts;
        Name = name;
        File = file;
    }

    internal string Name { get; }

    internal SimulatedFile File { get; }

    /// <summary>The lock that it holds on the file: none (0), shared, reserved, pending, exclusive (4).</summary>
    internal int Lock { get; set; }

    /// <summary>The index of the log that it shares with others; null as long as it uses none.</summary>
    internal SharedIndex? Index { get; set; }

    /// <summary>Slots of the index that it holds with others, as bits.</summary>
    internal int SharedSlots { get; set; }

    /// <summary>Slots of the index that it holds alone, as bits.</summary>
    internal int OwnSlots { get; set; }

    // What a process that has died still does with its files reaches no disk.
    private bool IsAlive => _disk.IsAlive && _start == _disk.Starts;

    internal static int Open(SimulatedDisk disk, string name, Header* header, int flags)
    {
        const int Create = 4;
        if (disk.Open(name, (flags & Create) != 0) is not { } file)
        {
            return SqliteVfs.CannotOpen;
        }

        header->Handle = GCHandle.ToIntPtr(GCHandle.Alloc(new SimulatedHandle(disk, name, file)));
        header->File.Methods = Methods;
        return SqliteVfs.Ok;
    }

    private static SimulatedHandle Of(OpenFile* file) => (SimulatedHandle)GCHandle.FromIntPtr(((Header*)file)->Handle).Target!;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Close(OpenFile* file)
    {
        var handle = Of(file);
        FileLocks.Unlock(handle, 0);
        handle.Index?.Leave(handle);
        GCHandle.FromIntPtr(((Header*)file)->Handle).Free();
        file->Methods = null;
        return SqliteVfs.Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Read(OpenFile* file, byte* into, int count, long offset)
    {
        var handle = Of(file);
        return handle.IsAlive ? handle._disk.Read(handle.File, offset, new Span<byte>(into, count)) : SqliteVfs.IoError;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Write(OpenFile* file, byte* from, int count, long offset)
    {
        var handle = Of(file);
        return handle.IsAlive ? handle._disk.Write(handle.File, offset, new ReadOnlySpan<byte>(from, count)) : SqliteVfs.IoError;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Truncate(OpenFile* file, long size)
    {
        var handle = Of(file);
        return handle.IsAlive ? handle._disk.Truncate(handle.File, size) : SqliteVfs.IoError;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Sync(OpenFile* file, int flags)
    {
        var handle = Of(file);
        return handle.IsAlive ? handle._disk.Sync(handle.Name, handle.File) : SqliteVfs.IoError;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int FileSize(OpenFile* file, long* size)
    {
        var handle = Of(file);
        *size = handle.File.Length;
        return handle.IsAlive ? SqliteVfs.Ok : SqliteVfs.IoError;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int LockFile(OpenFile* file, int level)
    {
        var handle = Of(file);
        return handle.IsAlive ? FileLocks.Lock(handle, level) : SqliteVfs.IoError;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int UnlockFile(OpenFile* file, int level)
    {
        FileLocks.Unlock(Of(file), level);
        return SqliteVfs.Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int CheckReservedLock(OpenFile* file, int* result)
    {
        *result = FileLocks.IsReserved(Of(file)) ? 1 : 0;
        return SqliteVfs.Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Control(OpenFile* file, int operation, void* argument) => NotFound;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Sector(OpenFile* file) => SectorSize;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Device(OpenFile* file) => Characteristics;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int MapIndex(OpenFile* file, int region, int size, int extend, void** at)
    {
        var handle = Of(file);
        *at = null;
        if (!handle.IsAlive)
        {
            return Failed;
        }

        *at = handle._disk.IndexOf(handle).Map(region, size, extend != 0);
        return SqliteVfs.Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int LockIndex(OpenFile* file, int slot, int count, int flags)
    {
        var handle = Of(file);
        return handle.Index?.Lock(handle, slot, count, flags) ?? Failed;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Barrier(OpenFile* file) => Thread.MemoryBarrier();

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int UnmapIndex(OpenFile* file, int delete)
    {
        var handle = Of(file);
        handle.Index?.Leave(handle);
        return SqliteVfs.Ok;
    }

    private static FileMethods* MakeMethods()
    {
        // Version 2: without mapping files into memory, which production does not do either.
        var table = (FileMethods*)NativeMemory.AllocZeroed((nuint)sizeof(FileMethods));
        *table = new FileMethods
        {
            Version = 2,
            Close = &Close,
            Read = &Read,
            Write = &Write,
            Truncate = &Truncate,
            Sync = &Sync,
            FileSize = &FileSize,
            Lock = &LockFile,
            Unlock = &UnlockFile,
            CheckReservedLock = &CheckReservedLock,
            Control = &Control,
            Sector = &Sector,
            Device = &Device,
            MapIndex = &MapIndex,
            LockIndex = &LockIndex,
            Barrier = &Barrier,
            UnmapIndex = &UnmapIndex,
        };
        return table;
    }

    /// <summary><c>sqlite3_file</c>: its methods, and then what is ours.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Header
    {
        public OpenFile File;
        public nint Handle;
    }
}
