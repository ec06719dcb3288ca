using System.Security.Cryptography;
using Metering.Server.Engine;
using Metering.Server.Storage;

namespace Metering.Server.Evidence;

/// <summary>
/// Whether the memory of rule 8 and a license's ledger rows agree, both ways. Each row's key and event id must lead to this row, and
/// no others may be remembered.
/// </summary>
/// <remarks>
/// To look each key up would take longer than all else that is done with its row, so sums are compared first: what the rows should have
/// left in the memory is added, what lies there is taken away. Only where something is left, rows are looked up one by one
/// (<see cref="IdentitySearch"/>): something is wrong there, or a key is not at its own place because another had taken it, which is
/// right and rare.
/// </remarks>
internal sealed class IdentityCheck(Database store, long license)
{
    // A license with many keys always has some that are not at their own place; the others of it need not be looked up for them.
    private const int SumBits = 10;

    // Random, so that nobody can make rows whose sums are those of others.
    private static readonly ulong Seed = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));

    private readonly ulong[] _sums = new ulong[1 << SumBits];
    private readonly bool[] _repeated = new bool[1 << SumBits];

    /// <summary>Adds what a row should have left in the memory.</summary>
    internal void Visit(in LedgerRow row)
    {
        if (row.Key is { } key)
        {
            Add(row.Id, key);
        }

        if (row.Event is { } eventId)
        {
            Add(row.Id, eventId);
        }
    }

    /// <summary>After all rows: whether the memory is what they should have left there.</summary>
    internal bool Agrees()
    {
        var (from, to) = IdentityTable.RangeOf(license);
        var last = 0L;
        var statement = store["SELECT id, value FROM identity_all WHERE id BETWEEN ? AND ? ORDER BY id"].Bind(1, from).Bind(2, to);
        while (statement.Next())
        {
            var id = statement.Integer(0);
            _sums[SumOf(id)] -= Mix(id, statement.Integer(1));

            // The same id in both parts: the key was counted again, perhaps too early.
            _repeated[SumOf(id)] |= id == last;
            last = id;
        }

        return !_sums.AsSpan().ContainsAnyExcept(0UL) && !_repeated.AsSpan().Contains(true);
    }

    /// <summary>Whether a key or event id belongs at an id of the memory near which something does not agree.</summary>
    internal bool IsDoubtful(long id) => _sums[SumOf(id)] != 0 || _repeated[SumOf(id)];

    private void Add(long row, long print)
    {
        var identity = IdentityKey.FromPrint(license, print);
        var id = IdentityTable.IdOf(identity);
        _sums[SumOf(id)] += Mix(id, IdentityTable.ValueOf(identity, row));
    }

    private static int SumOf(long id) => (int)(id >> (IdentityTable.IdBits - SumBits)) & ((1 << SumBits) - 1);

    // SplitMix64 over one and then the other, so that sums of different rows are the same as good as never.
    private static ulong Mix(long id, long value) => Mix(Mix((ulong)id ^ Seed) ^ (ulong)value);

    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
