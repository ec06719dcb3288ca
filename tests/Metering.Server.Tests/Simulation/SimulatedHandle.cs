using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Metering.Server.Tests.Simulation;

/// <summary>An open file of a <see cref="SimulatedDisk"/>, as SQLite holds it: its methods, which pass on to the disk.</summary>
internal sealed unsafe class SimulatedHandle
{
    private const int NotFound = 12;
    private const int Failed = 6_410;
    private const int SectorSize = 4_096;

    // SQLITE_IOCAP_POWERSAFE_OVERWRITE, as the real one says: a write that is torn damages nothing beside it.
    private const int Characteristics = 0x1000;

    private static readonly Table* Methods = MakeMethods();
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
        header->Methods = Methods;
        return SqliteVfs.Ok;
    }

    private static SimulatedHandle Of(Header* header) => (SimulatedHandle)GCHandle.FromIntPtr(header->Handle).Target!;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Close(Header* header)
    {
        var handle = Of(header);
        FileLocks.Unlock(handle, 0);
        handle.Index?.Leave(handle);
        GCHandle.FromIntPtr(header->Handle).Free();
        header->Methods = null;
        return SqliteVfs.Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Read(Header* header, byte* into, int count, long offset)
    {
        var handle = Of(header);
        return handle.IsAlive ? handle._disk.Read(handle.File, offset, new Span<byte>(into, count)) : SqliteVfs.IoError;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Write(Header* header, byte* from, int count, long offset)
    {
        var handle = Of(header);
        return handle.IsAlive ? handle._disk.Write(handle.File, offset, new ReadOnlySpan<byte>(from, count)) : SqliteVfs.IoError;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Truncate(Header* header, long size)
    {
        var handle = Of(header);
        return handle.IsAlive ? handle._disk.Truncate(handle.File, size) : SqliteVfs.IoError;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Sync(Header* header, int flags)
    {
        var handle = Of(header);
        return handle.IsAlive ? handle._disk.Sync(handle.Name, handle.File) : SqliteVfs.IoError;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int FileSize(Header* header, long* size)
    {
        var handle = Of(header);
        *size = handle.File.Length;
        return handle.IsAlive ? SqliteVfs.Ok : SqliteVfs.IoError;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int LockFile(Header* header, int level)
    {
        var handle = Of(header);
        return handle.IsAlive ? FileLocks.Lock(handle, level) : SqliteVfs.IoError;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int UnlockFile(Header* header, int level)
    {
        FileLocks.Unlock(Of(header), level);
        return SqliteVfs.Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int CheckReservedLock(Header* header, int* result)
    {
        *result = FileLocks.IsReserved(Of(header)) ? 1 : 0;
        return SqliteVfs.Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Control(Header* header, int operation, void* argument) => NotFound;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Sector(Header* header) => SectorSize;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Device(Header* header) => Characteristics;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int MapIndex(Header* header, int region, int size, int extend, void** at)
    {
        var handle = Of(header);
        *at = null;
        if (!handle.IsAlive)
        {
            return Failed;
        }

        *at = handle._disk.IndexOf(handle).Map(region, size, extend != 0);
        return SqliteVfs.Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int LockIndex(Header* header, int slot, int count, int flags)
    {
        var handle = Of(header);
        return handle.Index?.Lock(handle, slot, count, flags) ?? Failed;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Barrier(Header* header) => Thread.MemoryBarrier();

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int UnmapIndex(Header* header, int delete)
    {
        var handle = Of(header);
        handle.Index?.Leave(handle);
        return SqliteVfs.Ok;
    }

    private static Table* MakeMethods()
    {
        // Version 2: without mapping files into memory, which production does not do either.
        var table = (Table*)NativeMemory.AllocZeroed((nuint)sizeof(Table));
        *table = new Table
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
        public Table* Methods;
        public nint Handle;
    }

    /// <summary><c>sqlite3_io_methods</c>, version 2.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Table
    {
        public int Version;
        public delegate* unmanaged[Cdecl]<Header*, int> Close;
        public delegate* unmanaged[Cdecl]<Header*, byte*, int, long, int> Read;
        public delegate* unmanaged[Cdecl]<Header*, byte*, int, long, int> Write;
        public delegate* unmanaged[Cdecl]<Header*, long, int> Truncate;
        public delegate* unmanaged[Cdecl]<Header*, int, int> Sync;
        public delegate* unmanaged[Cdecl]<Header*, long*, int> FileSize;
        public delegate* unmanaged[Cdecl]<Header*, int, int> Lock;
        public delegate* unmanaged[Cdecl]<Header*, int, int> Unlock;
        public delegate* unmanaged[Cdecl]<Header*, int*, int> CheckReservedLock;
        public delegate* unmanaged[Cdecl]<Header*, int, void*, int> Control;
        public delegate* unmanaged[Cdecl]<Header*, int> Sector;
        public delegate* unmanaged[Cdecl]<Header*, int> Device;
        public delegate* unmanaged[Cdecl]<Header*, int, int, int, void**, int> MapIndex;
        public delegate* unmanaged[Cdecl]<Header*, int, int, int, int> LockIndex;
        public delegate* unmanaged[Cdecl]<Header*, void> Barrier;
        public delegate* unmanaged[Cdecl]<Header*, int, int> UnmapIndex;
    }
}
