using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Metering.Server.Storage;

/// <summary>Connections that read <c>meter.db</c> for management calls, a few at a time.</summary>
internal sealed class StoreReaders(string file) : IDisposable
{
    /// <summary>Most reads at one time; others wait.</summary>
    private const int MaxCount = 4;

    private const int CacheKib = 4 * 1024;
    private readonly ConcurrentBag<Database> _idle = [];
    private readonly SemaphoreSlim _places = new(MaxCount);
    private volatile bool _closed;

    /// <summary>Reads in one transaction, so that everything it sees is of one moment.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be read.</exception>
    internal async ValueTask<T> ReadAsync<T>(Func<Database, T> read, CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken);
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
            _places.Release();
        }
    }

    /// <summary>Closes the connections, once nobody reads any more; later reads are refused.</summary>
    public void Dispose()
    {
        _closed = true;
        for (var i = 0; i < MaxCount; i++)
        {
            _places.Wait();
        }

        while (_idle.TryTake(out var database))
        {
            database.Dispose();
        }

        // Whoever waits must be told; so the semaphore stays usable.
        _places.Release(MaxCount);
    }
}
