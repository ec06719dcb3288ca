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
    private static FileSystem* _real;

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
        _real = FileSystem.Default;
        FileSystem.Register("simulated", Math.Max(0, sizeof(SimulatedHandle.Header) - _real->FileSize), isDefault: true, static system =>
        {
            system->Open = &Open;
            system->Delete = &Delete;
            system->Access = &Access;
            system->FullPath = &FullPath;
        });
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
    private static int Open(FileSystem* table, byte* path, OpenFile* file, int flags, int* given)
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

        return SimulatedHandle.Open(disk, name, (SimulatedHandle.Header*)file, flags);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Delete(FileSystem* table, byte* path, int syncDirectory) =>
        DiskOf(path, out var name) is { } disk ? disk.Delete(name, syncDirectory != 0) : _real->Delete(_real, path, syncDirectory);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Access(FileSystem* table, byte* path, int flags, int* result)
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
    private static int FullPath(FileSystem* table, byte* path, int size, byte* full)
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
}
