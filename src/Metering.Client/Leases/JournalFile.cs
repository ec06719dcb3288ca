using System.Text;

namespace Metering.Client;

/// <summary>A file of lines that are on the disk when they have been appended.</summary>
internal sealed class JournalFile : IDisposable
{
    private const byte LineEnd = (byte)'\n';

    private readonly FileStream _file;

    /// <summary>Reads the file.</summary>
    /// <param name="file">The file, for reading and writing; it is disposed with this.</param>
    /// <exception cref="IOException">It can't be read.</exception>
    public JournalFile(FileStream file)
    {
        _file = file;
        var bytes = new byte[_file.Length];
        _file.ReadExactly(bytes);
        // What a crash left without its end is no line, and the next line takes its place.
        Length = bytes.AsSpan().LastIndexOf(LineEnd) + 1;
        Lines = Encoding.UTF8.GetString(bytes, 0, (int)Length).Split((char)LineEnd, StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>The lines that it had when it was opened.</summary>
    public IReadOnlyList<string> Lines { get; }

    /// <summary>Bytes of its lines.</summary>
    public long Length { get; private set; }

    /// <summary>Adds a line, and waits for the disk.</summary>
    /// <param name="line">The line, with its end.</param>
    /// <exception cref="IOException">It could not be written. The next line takes its place.</exception>
    public void Append(ReadOnlySpan<byte> line)
    {
        _file.SetLength(Length);
        _file.Seek(Length, SeekOrigin.Begin);
        _file.Write(line);
        _file.Flush(flushToDisk: true);
        Length += line.Length;
    }

    /// <summary>Removes all lines.</summary>
    public void Clear() => Length = 0;

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
