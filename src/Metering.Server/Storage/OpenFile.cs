using System.Runtime.InteropServices;

namespace Metering.Server.Storage;

/// <summary>
/// SQLite's <c>sqlite3_file</c>: an open file's methods, before what its file system keeps of it. Without methods, it isn't open.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct OpenFile
{
    public FileMethods* Methods;
}
