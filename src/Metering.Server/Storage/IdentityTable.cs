using Metering.Server.Engine;

namespace Metering.Server.Storage;

/// <summary>
/// The memory of rule 8 in the store: from the hash of a key or event id to the ledger row that holds the first answer. Rows are
/// two integers, because there is one for every remembered command. The id is the license's key and the first 36 bits of the hash; the
/// value is the ledger row and 20 more bits. The ledger row has the first 64 (<see cref="IdentityKey.Print"/>), so that it can be told
/// from any other. Where two hashes of one license share an id, the second goes to the next free one.
/// </summary>
internal static class IdentityTable
{
    internal const int IdBits = 36;
    private const int CheckBits = 20;
    private const int CheckShift = 64 - IdBits - CheckBits;
    private const long CheckMask = (1L << CheckBits) - 1;

    // Replaces a row only of the same hash: where nothing changed, the place is another's, and the next one is tried.
    private static readonly string Insert = $"""
        INSERT INTO identity (id, value) VALUES (?, ?)
        ON CONFLICT (id) DO UPDATE SET value = excluded.value WHERE (identity.value & {CheckMask}) = (excluded.value & {CheckMask})
        """;

    private static readonly string Select =
        $"SELECT id, value FROM identity WHERE id BETWEEN ? AND ? AND (value & {CheckMask}) = ? ORDER BY id LIMIT 1";

    /// <summary>How far a hash may be from its place; 36 bits hardly ever meet even once.</summary>
    private const int MaxSteps = 64;

    /// <summary>The ledger row of a remembered key or event; null when it is not remembered.</summary>
    internal static long? Find(Database store, IdentityKey identity) => Look(store, identity)?.Row;

    /// <summary>The id under which a key or event is remembered; null when it is not.</summary>
    internal static long? Place(Database store, IdentityKey identity) => Look(store, identity)?.Id;

    /// <summary>The value under which a key or event that leads to a ledger row is remembered.</summary>
    internal static long ValueOf(IdentityKey identity, long row) => (row << CheckBits) | CheckOf(identity);

    /// <summary>The ledger row to which a row's value leads.</summary>
    internal static long RowOf(long value) => value >> CheckBits;

    /// <summary>The ids of a license's rows, from and to.</summary>
    internal static (long From, long To) RangeOf(long license) => (license << IdBits, (license << IdBits) | ((1L << IdBits) - 1));

    /// <summary>
    /// Remembers. What is there under the same hash is past its memory, or it would have been found. Where every place is another's, the
    /// oldest of them gives way.
    /// </summary>
    /// <remarks>
    /// So many hashes of one license that share 36 bits are no chance: somebody who has its key has looked for them. That must not stop the
    /// write-out, which is everybody's; nor may the newest be the one that is forgotten, because it is the one that comes again.
    /// </remarks>
    internal static void Add(Database store, IdentityKey identity, long row)
    {
        var insert = store[Insert];
        var id = IdOf(identity);
        for (var step = 0; step < MaxSteps; step++)
        {
            insert.Bind(1, id + step).Bind(2, ValueOf(identity, row)).Run();
            if (store.Changes > 0)
            {
                return;
            }
        }

        // Ledger rows rise with time, and a value begins with its row.
        store["UPDATE identity SET value = ? WHERE id = (SELECT id FROM identity WHERE id BETWEEN ? AND ? ORDER BY value LIMIT 1)"]
            .Bind(1, (row << CheckBits) | CheckOf(identity)).Bind(2, id).Bind(3, id + MaxSteps - 1).Run();
    }

    /// <summary>Forgets what points to a ledger row.</summary>
    internal static void Remove(Database store, IdentityKey identity, long row)
    {
        var id = IdOf(identity);
        store["DELETE FROM identity WHERE id BETWEEN ? AND ? AND value = ?"]
            .Bind(1, id).Bind(2, id + MaxSteps - 1).Bind(3, ValueOf(identity, row)).Run();
    }

    /// <summary>Where a hash has its place, whether or not another took it first.</summary>
    internal static long IdOf(IdentityKey identity) =>
        (identity.License << IdBits) | (long)(ulong)(identity.Hash >> (128 - IdBits));

    /// <summary>Whether a key or event may be remembered; false only when it is not.</summary>
    internal static bool MayHold(IdentityFilter filter, IdentityKey identity)
    {
        // Its own place may be free again while it still lies in the next one. Two steps off it lies as good as never: that takes three
        // hashes of one license that share 36 bits.
        var id = IdOf(identity);
        return filter.MayHold(id) || filter.MayHold(id + 1);
    }

    // All places at once: a step must not end at a free one, because what lay there may have been forgotten before what lies behind it.
    private static (long Id, long Row)? Look(Database store, IdentityKey identity)
    {
        var id = IdOf(identity);
        var statement = store[Select].Bind(1, id).Bind(2, id + MaxSteps - 1).Bind(3, CheckOf(identity));
        if (!statement.Next())
        {
            return null;
        }

        var found = (statement.Integer(0), RowOf(statement.Integer(1)));
        statement.Reset();
        return found;
    }

    private static long CheckOf(IdentityKey identity) => (identity.Print >> CheckShift) & CheckMask;
}
