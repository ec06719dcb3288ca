using System.Runtime.InteropServices;

namespace Metering.Server.Storage;

/// <summary>SQLite's <c>sqlite3_io_methods</c>, version 3: what can be done with an open file. All but two return a result code.</summary>
/// <remarks>See <see href="https://sqlite.org/c3ref/io_methods.html"/>.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct FileMethods
{
    public int Version;
    public delegate* unmanaged[Cdecl]<OpenFile*, int> Close;
    public delegate* unmanaged[Cdecl]<OpenFile*, byte*, int, long, int> Read;
    public delegate* unmanaged[Cdecl]<OpenFile*, byte*, int, long, int> Write;
    public delegate* unmanaged[Cdecl]<OpenFile*, long, int> Truncate;
    public delegate* unmanaged[Cdecl]<OpenFile*, int, int> Sync;
    public delegate* unmanaged[Cdecl]<OpenFile*, long*, int> FileSize;
    public delegate* unmanaged[Cdecl]<OpenFile*, int, int> Lock;
    public delegate* unmanaged[Cdecl]<OpenFile*, int, int> Unlock;
    public delegate* unmanaged[Cdecl]<OpenFile*, int*, int> CheckReservedLock;
    public delegate* unmanaged[Cdecl]<OpenFile*, int, void*, int> Control;
    public delegate* unmanaged[Cdecl]<OpenFile*, int> Sector;
    public delegate* unmanaged[Cdecl]<OpenFile*, int> Device;
    public delegate* unmanaged[Cdecl]<OpenFile*, int, int, int, void**, int> MapIndex;
    public delegate* unmanaged[Cdecl]<OpenFile*, int, int, int, int> LockIndex;
    public delegate* unmanaged[Cdecl]<OpenFile*, void> Barrier;
    public delegate* unmanaged[Cdecl]<OpenFile*, int, int> UnmapIndex;

    // From version 3 on: the file mapped into memory, which nobody here asks for.
    public void* Fetch;
    public void* Unfetch;
}
