using System.Text.Json;

namespace Metering.Client;

/// <summary>
/// Remembers on the disk what may have been spent, before it is. Every note is a line and has the whole; the latest that can be read
/// holds. Two files take turns: when one is full, the other begins anew.
/// </summary>
/// <remarks>
/// A crash in the middle of a write leaves a line that can't be read. What it would have allowed was not spent yet. The directory is
/// brought to the disk at the start; files are neither renamed nor made after it.
/// </remarks>
internal sealed class LeaseJournal : IDisposable
{
    private const long MaxBytes = 256 * 1024;
    private const byte LineEnd = (byte)'\n';

    private readonly OwnedDirectory _owner;
    private readonly string _directory;
    private readonly JournalFile[] _files = new JournalFile[2];
    private int _current;

    /// <summary>Opens the journal in a directory, or begins one.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="open">How its files are opened; null: as files are.</param>
    /// <param name="toDisk">Brings a folder to the disk; null: as <see cref="FolderSync"/> does.</param>
    /// <exception cref="MeteringException">Another process has the directory, or there is a journal of which no note can be
    /// read.</exception>
    /// <exception cref="IOException">The directory can't be read or written.</exception>
    public LeaseJournal(string directory, Func<string, FileStream>? open = null, Action<string>? toDisk = null)
    {
        _directory = directory;
        _owner = new OwnedDirectory(directory, "journal of leases", toDisk);
        try
        {
            open ??= Open;
            _files[0] = new JournalFile(open(Path.Combine(directory, "leases-1.journal")));
            _files[1] = new JournalFile(open(Path.Combine(directory, "leases-2.journal")));
            _owner.Sync();
            Notes = Latest();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The latest note.</summary>
    public LeaseNotes Notes { get; private set; }

    /// <summary>Remembers, and returns when it is on the disk.</summary>
    /// <exception cref="MeteringException">It could not be written; what was remembered before still holds.</exception>
    public void Save(AskedLease? asked, List<HeldLease> leases)
    {
        var notes = new LeaseNotes(Notes.Sequence + 1, asked, leases);
        try
        {
            if (_files[_current].Length > MaxBytes)
            {
                _files[1 - _current].Clear();
                _current = 1 - _current;
            }

            _files[_current].Append([.. JsonSerializer.SerializeToUtf8Bytes(notes, ClientJson.Default.LeaseNotes), LineEnd]);
            Notes = notes;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new MeteringException($"The journal of leases in {_directory} can't be written: {failure.Message}", failure);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var file in _files)
        {
            file?.Dispose();
        }

        _owner.Dispose();
    }

    // Unbuffered: a line is handed on whole, and then flushed.
    private static FileStream Open(string path) =>
        new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);

    private LeaseNotes Latest()
    {
        var latest = new LeaseNotes(Sequence: 0, Asked: null, []);
        for (var index = 0; index < _files.Length; index++)
        {
            if (_files[index].Lines.Select(Read).LastOrDefault(notes => notes is not null) is { } notes
                && notes.Sequence > latest.Sequence)
            {
                (latest, _current) = (notes, index);
            }
        }

        return latest.Sequence > 0 || _files.All(file => file.Length == 0)
            ? latest
            : throw new MeteringException(
                $"The journal of leases in {_directory} can't be read. Move it away to go on: what was leased returns to the allowance "
                + "when its time is over, and what was spent of it since the last sync is not counted.");
    }

    private static LeaseNotes? Read(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, ClientJson.Default.LeaseNotes) is { Leases: not null } notes ? notes : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
