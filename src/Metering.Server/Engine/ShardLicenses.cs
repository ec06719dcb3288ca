using Metering.Server.Storage;

namespace Metering.Server.Engine;

/// <summary>
/// The licenses of a shard and what is remembered of their commands: in memory as far as there is room, else read from the store. The reads
/// of one batch share a transaction, because opening one costs more than a look-up.
/// </summary>
internal sealed class ShardLicenses : IDisposable
{
    /// <summary>A shard reads a state when a license comes back, and an answer when a key is repeated: seldom.</summary>
    private const int ReaderCacheKib = 8 * 1024;

    private readonly LicenseCells _cells;
    private readonly UnwrittenIdentities _unwritten;
    private readonly EngineParts _parts;
    private Database? _store;
    private bool _reading;

    internal ShardLicenses(int most, UnwrittenIdentities unwritten, EngineParts parts)
    {
        _cells = new LicenseCells(most);
        _unwritten = unwritten;
        _parts = parts;
    }

    /// <summary>How many licenses are in memory.</summary>
    internal int Count => _cells.Count;

    /// <summary>The state as it was last made durable, if it is in memory. Any thread may ask.</summary>
    // A look counts as a use: a license that is only read, as by checks, stays in memory too.
    internal LicenseState? FindCommitted(string licenseId) => _cells.Find(licenseId) is { } cell ? Use(cell).Committed : null;

    /// <summary>The same, without counting as a use.</summary>
    internal LicenseState? PeekCommitted(string licenseId) => _cells.Find(licenseId)?.Committed;

    /// <summary>A license, brought into memory if the store has it.</summary>
    internal LicenseCell Get(string licenseId)
    {
        if (_cells.Find(licenseId) is { } known)
        {
            return Use(known);
        }

        var stored = LicenseStates.Find(Reader(), licenseId, _parts.Terms);
        if (stored is null)
        {
            // It takes a place in memory when it is opened: whoever asks for licenses that are not there must not fill it.
            return new LicenseCell(licenseId, 0);
        }

        var cell = new LicenseCell(licenseId, stored.Key) { Current = stored.State, Committed = stored.State };
        _cells.Add(cell);
        return cell;
    }

    /// <summary>Gives a license that is opened its key in the store and its place in memory.</summary>
    internal void Admit(LicenseCell cell)
    {
        cell.Key = _parts.NewLicenseKey();
        _cells.Add(cell);
    }

    /// <summary>
    /// What is remembered of a key or event, whether the store has it or it is still on its way there; null when nothing is.
    /// </summary>
    internal Remembered? FindRemembered(IdentityKey identity) =>
        // The store comes last. Most keys are new, and memory and filter say so without reading a page.
        _unwritten.Find(identity)
        ?? (IdentityTable.MayHold(_parts.Filter, identity) ? LicenseStates.FindRemembered(Reader(), identity) : null);

    /// <summary>Answers a request for a license's state.</summary>
    internal void Load(LoadRequest load)
    {
        try
        {
            // Not Current: what is not durable yet may still be taken back, so nobody is shown it (rule 9).
            load.Complete(Get(load.LicenseId).Committed);
        }
#pragma warning disable CA1031 // It is the caller's, and must not stop the shard.
        catch (Exception e)
#pragma warning restore CA1031
        {
            load.Fail(e);
        }
    }

    /// <summary>Ends the reads of a batch: the next ones see what the store has got meanwhile.</summary>
    internal void EndReading()
    {
        if (_reading)
        {
            // Nothing was written, so there is nothing to commit, and ending it this way does not fail.
            _reading = false;
            _store!.Rollback();
        }
    }

    /// <summary>Lets licenses go that do not fit into memory any more.</summary>
    internal void MakeRoom() => _cells.MakeRoom();

    /// <inheritdoc/>
    public void Dispose() => _store?.Dispose();

    private static LicenseCell Use(LicenseCell cell)
    {
        // Written only when it changes: readers on other threads would else take the cache line from each other with every read.
        if (!cell.Used)
        {
            cell.Used = true;
        }

        return cell;
    }

    private Database Reader()
    {
        // Only when something is read: as long as a read transaction is open, SQLite cannot start its log from the beginning.
        if (!_reading)
        {
            // Opened by the first read: a start with many shards is quicker, and some of them may never read.
            _store ??= Database.OpenReader(_parts.StoreFile, ReaderCacheKib);
            _store.BeginRead();
            _reading = true;
        }

        return _store!;
    }
}
