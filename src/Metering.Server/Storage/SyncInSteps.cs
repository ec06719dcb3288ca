using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Metering.Server.Storage;

/// <summary>
/// The file system through which SQLite opens its files here. It passes everything on to the default one, but syncs a large write step
/// by step and, on Linux, a log with <c>fdatasync</c> (<see cref="LogDescriptors"/>).
/// </summary>
/// <remarks>
/// <para>
/// A write-out is about 25 MB, and so is a copy of the log. Synced only at the end, all of it goes to the disk at once, and a commit of the
/// journal, for which callers wait, waits for it too.
/// </para>
/// <para>
/// A sync that fails is reported as a failed write. So SQLite undoes the transaction, or does not take the log as copied, just as when the
/// sync at the end fails; <see cref="LogSync"/> says what follows from that.
/// </para>
/// </remarks>
internal static unsafe class SyncInSteps
{
    /// <summary>Its name, for <c>sqlite3_open_v2</c>.</summary>
    internal const string Name = "metering";

    /// <summary>After so many bytes, what was written to a log is synced.</summary>
    // The disk takes about a millisecond for it. With 4 MiB, commits of the journal waited up to 16 ms (docs/speed-changes.md).
    internal const int StepBytes = 512 * 1024;

    /// <summary>The same for a database file.</summary>
    // Not as often: it is synced with fsync, which on most file systems also waits for the file system's own journal.
    internal const int FileStepBytes = 4 * 1024 * 1024;

    private const int Ok = 0;
    private const int CannotOpen = 14;
    private const int SyncNormal = 0x2;
    private const int OpenMainFile = 0x100;
    private const int OpenLog = 0x8_0000;

    // Version 3 of the methods has two more than version 2.
    private const int MethodsOfVersion3 = 2;

    // What is made of the default file system's methods. It has one set for each kind of file and lock, so there are a few.
    private static readonly ConcurrentDictionary<nint, nint> Methods = new();

    // Where, in an open file, the bytes of the default file system end and ours begin.
    private static int _offset;

    /// <summary>Tells SQLite of it. To be called once.</summary>
    internal static void Register() => FileSystem.Register(Name, sizeof(Written), isDefault: false, static system =>
    {
        _offset = system->FileSize - sizeof(Written);
        system->Open = &Open;
        system->Delete = &Delete;
        system->Access = &Access;
        system->FullPath = &FullPath;
    });

    private static Written* WrittenTo(OpenFile* file) => (Written*)((byte*)file + _offset);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Open(FileSystem* system, byte* path, OpenFile* file, int flags, int* given)
    {
        var under = FileSystem.Default;
        file->Methods = null;
        if (under->FileSize > _offset)
        {
            return CannotOpen;
        }

        var code = under->Open(under, path, file, flags, given);
        if (code == Ok && file->Methods is not null && (flags & (OpenMainFile | OpenLog)) != 0)
        {
            // SQLite keeps the path until it has closed the file.
            *WrittenTo(file) = new Written { Under = file->Methods, LogPath = (flags & OpenLog) != 0 ? path : null };
            file->Methods = (FileMethods*)Methods.GetOrAdd((nint)file->Methods, Make);
        }

        return code;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Delete(FileSystem* system, byte* path, int syncDirectory)
    {
        var under = FileSystem.Default;
        return under->Delete(under, path, syncDirectory);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Access(FileSystem* system, byte* path, int flags, int* result)
    {
        var under = FileSystem.Default;
        return under->Access(under, path, flags, result);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int FullPath(FileSystem* system, byte* path, int size, byte* full)
    {
        var under = FileSystem.Default;
        return under->FullPath(under, path, size, full);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Write(OpenFile* file, byte* from, int count, long offset)
    {
        var written = WrittenTo(file);
        var code = written->Under->Write(file, from, count, offset);
        if (code != Ok || (written->Bytes += count) < (written->LogPath is null ? FileStepBytes : StepBytes))
        {
            return code;
        }

        return ToDisk(file, written, SyncNormal);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Sync(OpenFile* file, int flags) => ToDisk(file, WrittenTo(file), flags);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Close(OpenFile* file)
    {
        LogDescriptors.Close((nint)file);
        return WrittenTo(file)->Under->Close(file);
    }

    private static int ToDisk(OpenFile* file, Written* written, int flags)
    {
        written->Bytes = 0;
        if (written->LogPath is not null && written->FolderIsSynced
            && LogDescriptors.Find((nint)file, (nint)written->LogPath) is { } descriptor)
        {
            return LogDescriptors.Sync(descriptor);
        }

        // SQLite's own first sync of a log also syncs the folder, so that the new file's name is on the disk.
        var code = written->Under->Sync(file, flags);
        written->FolderIsSynced |= code == Ok;
        return code;
    }

    // Only three of them are ours, so nothing else costs more than it did. They stay as long as the process.
    private static nint Make(nint methods)
    {
        var under = (FileMethods*)methods;
        var made = (FileMethods*)NativeMemory.AllocZeroed((nuint)sizeof(FileMethods));
        var size = sizeof(FileMethods) - (under->Version < 3 ? MethodsOfVersion3 * sizeof(nint) : 0);
        NativeMemory.Copy(under, made, (nuint)size);
        made->Write = &Write;
        made->Sync = &Sync;
        made->Close = &Close;
        return (nint)made;
    }

    /// <summary>What is kept of an open file.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Written
    {
        public FileMethods* Under;
        public long Bytes;

        // The log's path; null if the file is not a log.
        public byte* LogPath;
        public bool FolderIsSynced;
    }
}
