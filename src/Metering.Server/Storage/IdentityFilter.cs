using System.Numerics;

namespace Metering.Server.Storage;

/// <summary>
/// Knows of most keys that were never seen that they were not, without asking the store: a Bloom filter over the ids of
/// <see cref="IdentityTable"/>. Nearly every key is new, and each of these look-ups would read several pages.
/// </summary>
/// <remarks>
/// A Bloom filter cannot forget, so it lives in generations: when it has become too small, or when much of what it knows has been
/// forgotten, a new one of the right size learns what the table holds, and takes its place. Beyond the cap nothing becomes wrong, only
/// slower: with a million keys a MiB one look-up of a new key in 40 asks the store in vain; with two million, one in five; with four
/// million, most.
/// </remarks>
/// <param name="mostMebibytes">Cap of its memory, MiB; while a new generation learns, there are two.</param>
/// <param name="fewestKibibytes">What it takes for few keys, KiB.</param>
internal sealed class IdentityFilter(int mostMebibytes, int fewestKibibytes = 1_024)
{
    // Each step is a read transaction of its own: a long one would keep SQLite from starting its log from the beginning.
    private const int MaxRowsPerStep = 20_000;

    /// <summary>Words of 64 bits in a block; a key has all of its bits in one block, which is one line of the processor's cache.</summary>
    private const int BlockWords = 8;

    // With eight bits of memory a key, 8 × ln 2 = 5.5 of them give the fewest false answers.
    private const int BitsPerKey = 6;
    private const int KeysPerKibibyte = 1024;

    /// <summary>Fewer forgotten keys are not worth a new generation.</summary>
    private const int FewForgotten = 100_000;

    private volatile Generation? _current;
    private volatile Generation? _next;
    private long _forgotten;

    /// <summary>Its memory, KiB; 0 before it has learned.</summary>
    internal int Kibibytes => _current?.Kibibytes ?? 0;

    /// <summary>How many keys it holds, as far as it knows; 0 before it has learned.</summary>
    internal long Keys => _current is { } current ? current.Keys - Interlocked.Read(ref _forgotten) : 0;

    /// <summary>Whether a new generation should learn what the table holds.</summary>
    internal bool IsDue
    {
        get
        {
            if (_current is not { } current)
            {
                return true;
            }

            var forgotten = Interlocked.Read(ref _forgotten);
            return (current.Keys > current.Capacity && current.Kibibytes < MaxKibibytes)
                || (forgotten > FewForgotten && forgotten > current.Keys / 2);
        }
    }

    // A power of two, so that a key finds its block by a mask.
    private int MaxKibibytes => 1024 * (int)BitOperations.RoundUpToPowerOf2((uint)mostMebibytes);

    /// <summary>Whether an id may be in the store; false only when it is not.</summary>
    internal bool MayHold(long id) => _current is not { } current || Holds(current.Bits, id);

    /// <summary>
    /// An id is being written to the store. Called by its writer, before the transaction ends, because the filter must never say no of what
    /// the store has. It is not counted yet: a transaction that fails is done again.
    /// </summary>
    internal void Add(long id)
    {
        _current?.Put(id);
        _next?.Put(id);
    }

    /// <summary>Ids that were added are in the store now: their transaction is durable.</summary>
    internal void Added(long count)
    {
        // In this order: a generation that takes its place meanwhile is found as one or the other.
        var next = _next;
        var current = _current;
        current?.Count(count);
        if (next != current)
        {
            next?.Count(count);
        }
    }

    /// <summary>Ids were removed from the store, durably.</summary>
    internal void Forgot(long count) => Interlocked.Add(ref _forgotten, count);

    /// <summary>Learns what the store holds, in a new generation; until the first one has, every id may be there.</summary>
    internal async Task LearnAsync(StoreWriter store, StoreReaders readers, CancellationToken cancellationToken)
    {
        var forgotten = Interlocked.Read(ref _forgotten);
        var rows = _current is null ? await readers.ReadAsync(Count, cancellationToken) : Keys;
        var learning = new Generation(SizeFor(rows));
        try
        {
            // On the writer's own thread: what it writes from here on is added, what it wrote before is read.
            await store.RunAsync(_ =>
            {
                _next = learning;
                return true;
            });
            var last = long.MinValue;
            while (await readers.ReadAsync(database => Read(database, last, learning), cancellationToken) is { } more)
            {
                last = more;
            }

            await store.RunAsync(_ =>
            {
                _current = learning;
                return true;
            });
            Interlocked.Add(ref _forgotten, -forgotten);
        }
        finally
        {
            _next = null;
        }
    }

    // With room for half as many again, so that it does not have to learn anew at once.
    private int SizeFor(long keys)
    {
        var wanted = ((keys + (keys / 2)) / KeysPerKibibyte) + 1;
        return (int)Math.Min((long)BitOperations.RoundUpToPowerOf2((ulong)Math.Max(fewestKibibytes, wanted)), MaxKibibytes);
    }

    // Not of the view: SQLite would read every row of it.
    private static long Count(Database database) =>
        database["SELECT (SELECT COUNT(*) FROM identity) + (SELECT COUNT(*) FROM identity_recent)"].Number() ?? 0;

    private static long? Read(Database database, long after, Generation into)
    {
        var statement = database["SELECT id FROM identity_all WHERE id > ? ORDER BY id LIMIT ?"].Bind(1, after).Bind(2, MaxRowsPerStep);
        var (last, read) = ((long?)null, 0L);
        while (statement.Next())
        {
            last = statement.Integer(0);
            into.Put(last.Value);
            read++;
        }

        into.Count(read);
        return last;
    }

    private static bool Holds(ulong[] bits, long id)
    {
        var (block, hash) = Place(bits, id);
        for (var i = 0; i < BitsPerKey; i++, hash >>= 9)
        {
            // Nine bits of the hash each time: three for the word, six for the bit. Six times nine are no more than it has.
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

    private sealed class Generation(int kibibytes)
    {
        private long _keys;

        internal ulong[] Bits { get; } = new ulong[kibibytes * (1024 / sizeof(ulong))];

        internal int Kibibytes => kibibytes;

        /// <summary>How many keys it holds well.</summary>
        internal long Capacity => (long)kibibytes * KeysPerKibibyte;

        /// <summary>How many were added; a key that was learned and added counts twice.</summary>
        internal long Keys => Interlocked.Read(ref _keys);

        internal void Put(long id)
        {
            var (block, hash) = Place(Bits, id);
            for (var i = 0; i < BitsPerKey; i++, hash >>= 9)
            {
                // Two threads may be adding while the filter learns.
                Interlocked.Or(ref Bits[block + (int)((hash >> 6) & (BlockWords - 1))], 1UL << (int)(hash & 63));
            }
        }

        internal void Count(long keys) => Interlocked.Add(ref _keys, keys);
    }
}
