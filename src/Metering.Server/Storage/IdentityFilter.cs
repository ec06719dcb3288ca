using System.Numerics;

namespace Metering.Server.Storage;

/// <summary>
/// Knows of most keys that were never seen that they were not, without asking the store: a Bloom filter over the ids of
/// <see cref="IdentityTable"/>. Nearly every key is new, and each of these look-ups would read several pages.
/// </summary>
/// <param name="mebibytes">Memory, MiB. With a million keys in each, one look-up in 40 asks the store in vain; with more, more do.</param>
internal sealed class IdentityFilter(int mebibytes)
{
    private const int RowsAtOnce = 20_000;

    /// <summary>Words of 64 bits in a block; a key has all of its bits in one block, which is one line of the processor's cache.</summary>
    private const int BlockWords = 8;

    private const int BitsPerKey = 6;
    private volatile ulong[]? _bits;
    private volatile ulong[]? _next;

    /// <summary>Whether an id may be in the store; false only when it is not.</summary>
    internal bool MayHold(long id) => _bits is not { } bits || Holds(bits, id);

    /// <summary>An id is being written to the store. Called by its writer, before the transaction ends.</summary>
    internal void Add(long id)
    {
        if (_bits is { } bits)
        {
            Put(bits, id);
        }

        if (_next is { } next)
        {
            Put(next, id);
        }
    }

    /// <summary>Learns what the store holds; until it has, every id may be there.</summary>
    internal async Task LearnAsync(StoreWriter store, StoreReaders readers, CancellationToken cancellationToken)
    {
        var learned = new ulong[Blocks * BlockWords];

        // On the writer's own thread: what it writes from here on is added, what it wrote before is read.
        await store.RunAsync(_ =>
        {
            _next = learned;
            return true;
        });
        var last = long.MinValue;
        while (await readers.ReadAsync(database => Read(database, last, learned), cancellationToken) is { } more)
        {
            last = more;
        }

        await store.RunAsync(_ =>
        {
            _bits = learned;
            _next = null;
            return true;
        });
    }

    private int Blocks => (int)BitOperations.RoundUpToPowerOf2((uint)mebibytes) * (1024 * 1024 / (BlockWords * sizeof(ulong)));

    private static long? Read(Database database, long after, ulong[] into)
    {
        var statement = database["SELECT id FROM identity WHERE id > ? ORDER BY id LIMIT ?"].Bind(1, after).Bind(2, RowsAtOnce);
        long? last = null;
        while (statement.Next())
        {
            last = statement.Integer(0);
            Put(into, last.Value);
        }

        return last;
    }

    private static void Put(ulong[] bits, long id)
    {
        var (block, hash) = Place(bits, id);
        for (var i = 0; i < BitsPerKey; i++, hash >>= 9)
        {
            // Two threads may be adding while the filter learns.
            Interlocked.Or(ref bits[block + (int)((hash >> 6) & (BlockWords - 1))], 1UL << (int)(hash & 63));
        }
    }

    private static bool Holds(ulong[] bits, long id)
    {
        var (block, hash) = Place(bits, id);
        for (var i = 0; i < BitsPerKey; i++, hash >>= 9)
        {
            if ((bits[block + (int)((hash >> 6) & (BlockWords - 1))] & (1UL << (int)(hash & 63))) == 0)
            {
                return false;
            }
        }

        return true;
    }

    // The mix of SplitMix64, twice: once for the block, once for the bits in it.
    private static (int Block, ulong Bits) Place(ulong[] bits, long id)
    {
        var first = Mix((ulong)id);
        return ((int)(first & (ulong)((bits.Length / BlockWords) - 1)) * BlockWords, Mix(first));
    }

    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
