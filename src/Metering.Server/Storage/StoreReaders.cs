using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Metering.Server.Storage;

/// <summary>Connections that read <c>meter.db</c> beside its writer, a few at a time.</summary>
internal sealed class StoreReaders(string file) : IDisposable
{
    // Most reads at one time; others wait. Look-ups take a fraction of a millisecond each, so few places are enough.
    private const int MaxReads = 4;
    private const int MaxLookUps = 2;

    private const int CacheKib = 4 * 1024;
    private readonly ConcurrentBag<Database> _idle = [];
    private readonly SemaphoreSlim _reads = new(MaxReads);
    private readonly SemaphoreSlim _lookUps = new(MaxLookUps);
    private volatile bool _closed;

    /// <summary>Reads in one transaction, so that everything it sees is of one moment.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be read.</exception>
    internal ValueTask<T> ReadAsync<T>(Func<Database, T> read, CancellationToken cancellationToken) =>
        ReadAsync(_reads, read, cancellationToken);

    /// <summary>
    /// The same for the look-up of a key or an id, without which nobody may count: reports and lists, however many, don't take its place.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The store cannot be read.</exception>
    internal ValueTask<T> LookUpAsync<T>(Func<Database, T> read, CancellationToken cancellationToken) =>
        ReadAsync(_lookUps, read, cancellationToken);

    /// <summary>Closes the connections, once nobody reads any more; later reads are refused.</summary>
    public void Dispose()
    {
        _closed = true;
        for (var i = 0; i < MaxReads; i++)
        {
            _reads.Wait();
        }

        for (var i = 0; i < MaxLookUps; i++)
        {
            _lookUps.Wait();
        }

        while (_idle.TryTake(out var database))
        {
            database.Dispose();
        }

        // Whoever waits must be told; so the semaphores stay usable.
        _reads.Release(MaxReads);
        _lookUps.Release(MaxLookUps);
    }

    private async ValueTask<T> ReadAsync<T>(SemaphoreSlim places, Func<Database, T> read, CancellationToken cancellationToken)
    {
        await places.WaitAsync(cancellationToken);
        try
        {
            if (_closed)
            {
                throw new StoreUnavailableException("The server is stopping.");
            }

            var database = _idle.TryTake(out var idle) ? idle : Database.OpenReader(file, CacheKib);
            try
            {
                database.BeginRead();
                var result = read(database);
                database.Commit();
                _idle.Add(database);
                return result;
            }
            catch
            {
                // What failed may have left it in any state; the next read opens another one.
                database.Dispose();
                throw;
            }
        }
        catch (SqliteException e)
        {
            throw new StoreUnavailableException($"{file} cannot be read ({e.Message}).", e);
        }
        finally
        {
            places.Release();
        }
    }
}
