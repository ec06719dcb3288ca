using Metering.Server.Engine;

namespace Metering.Server.Storage;

/// <summary>
/// The memory of rule 8 in the store: from the hash of a key or event id to the ledger row that holds the first answer. Rows are
/// two integers, because there is one for every remembered command. The id is the license's key and the first 36 bits of the hash; the
/// value is the ledger row and 20 more bits. The ledger row has the first 64 (<see cref="IdentityKey.Print"/>), so that it can be told
/// from any other. Where two hashes of one license share an id, the second goes to the next free one. The table has two parts:
/// <see cref="RecentRows"/>.
/// </summary>
internal static class IdentityTable
{
    internal const string Table = "identity";
    internal const int IdBits = 36;
    private const int CheckBits = 20;
    private const int CheckShift = 64 - IdBits - CheckBits;
    private const long CheckMask = (1L << CheckBits) - 1;

    /// <summary>
    /// How far from its place a row may lie: up to half of the steps in the small part, and the other half when it moves. Two hashes hardly
    /// ever share 36 bits.
    /// </summary>
    private const int MaxSteps = 64;
    private const int StepsPerPart = MaxSteps / 2;

    private static readonly string View = RecentRows.ViewOf(Table);
    private static readonly Part Small = new(RecentRows.NameOf(Table));
    private static readonly Part Large = new(Table);

    private static readonly string Select =
        $"SELECT value FROM {View} WHERE id BETWEEN ? AND ? AND (value & {CheckMask}) = ? ORDER BY value DESC";

    private static readonly string SelectPlace = $"SELECT id FROM {View} WHERE id BETWEEN ? AND ? AND value = ? ORDER BY id LIMIT 1";

    /// <summary>
    /// The ledger rows to which a key or event may lead, the newest first; none when it is not remembered. There is more than one where a
    /// key was counted again after its memory had ended and retention has not yet removed the old row, or where two hashes share these
    /// bits.
    /// </summary>
    // All places at once: a step must not end at a free one, because what lay there may have been forgotten before what lies behind it.
    internal static List<long> Rows(Database store, IdentityKey identity)
    {
        var id = IdOf(identity);
        var rows = new List<long>();

        // Ledger rows rise with time, and a value begins with its row.
        var statement = store[Select].Bind(1, id).Bind(2, id + MaxSteps - 1).Bind(3, CheckOf(identity));
        while (statement.Next())
        {
            rows.Add(RowOf(statement.Integer(0)));
        }

        return rows;
    }

    /// <summary>The id of the row that leads from a key or event to a ledger row; null when there is none.</summary>
    internal static long? Place(Database store, IdentityKey identity, long row)
    {
        var id = IdOf(identity);
        return store[SelectPlace].Bind(1, id).Bind(2, id + MaxSteps - 1).Bind(3, ValueOf(identity, row)).Number();
    }

    /// <summary>The value under which a key or event that leads to a ledger row is remembered.</summary>
    internal static long ValueOf(IdentityKey identity, long row) => (row << CheckBits) | CheckOf(identity);

    /// <summary>The ledger row to which a row's value leads.</summary>
    internal static long RowOf(long value) => value >> CheckBits;

    /// <summary>The ids of a license's rows, from and to.</summary>
    internal static (long From, long To) RangeOf(long license) => (license << IdBits, (license << IdBits) | ((1L << IdBits) - 1));

    /// <summary>Remembers a key or event.</summary>
    internal static void Add(Database store, IdentityKey identity, long row) => Small.Put(store, IdOf(identity), ValueOf(identity, row));

    /// <summary>Moves rows to the large part: those with ids above one and not above the other.</summary>
    internal static void Move(Database store, long after, long to)
    {
        var statement = store[Small.SelectRange].Bind(1, after).Bind(2, to);
        try
        {
            while (statement.Next())
            {
                Large.Put(store, statement.Integer(0), statement.Integer(1));
            }
        }
        finally
        {
            statement.Reset();
        }

        store[Small.DeleteRange].Bind(1, after).Bind(2, to).Run();
    }

    /// <summary>Forgets what points to a ledger row.</summary>
    /// <returns>How many rows did.</returns>
    internal static int Remove(Database store, IdentityKey identity, long row)
    {
        var (id, value) = (IdOf(identity), ValueOf(identity, row));
        return Large.Remove(store, id, value) + Small.Remove(store, id, value);
    }

    /// <summary>Where a hash has its place, whether or not another took it first.</summary>
    internal static long IdOf(IdentityKey identity) =>
        (identity.License << IdBits) | (long)(ulong)(identity.Hash >> (128 - IdBits));

    /// <summary>Whether a key or event may be remembered; false only when it is not.</summary>
    internal static bool MayHold(IdentityFilter filter, IdentityKey identity)
    {
        // Its own place may be free again while it still lies in the next one. Two steps off it almost never lies: that takes several
        // hashes of one license that share 36 bits.
        var id = IdOf(identity);
        return filter.MayHold(id) || filter.MayHold(id + 1);
    }

    private static long CheckOf(IdentityKey identity) => (identity.Print >> CheckShift) & CheckMask;

    private sealed class Part(string name)
    {
        // Replaces only a row with the same 20 bits: almost always the same hash, whose memory has ended. Where nothing changed, the place
        // is another's, and the next one is tried. The higher value stays: rows do not move in the order in which they were written.
        private readonly string _insert = $"""
            INSERT INTO {name} (id, value) VALUES (?, ?)
            ON CONFLICT (id) DO UPDATE SET value = MAX({name}.value, excluded.value)
            WHERE ({name}.value & {CheckMask}) = (excluded.value & {CheckMask})
            """;

        private readonly string _replaceOldest = $"""
            UPDATE {name} SET value = ?1
            WHERE value < ?1 AND id = (SELECT id FROM {name} WHERE id BETWEEN ?2 AND ?3 ORDER BY value LIMIT 1)
            """;

        private readonly string _delete = $"DELETE FROM {name} WHERE id BETWEEN ? AND ? AND value = ?";

        internal string SelectRange { get; } = $"SELECT id, value FROM {name} WHERE id > ? AND id <= ? ORDER BY id";

        internal string DeleteRange { get; } = $"DELETE FROM {name} WHERE id > ? AND id <= ?";

        /// <summary>Puts a value at an id, or at the next free one. Where every place is another's, the oldest of them gives way.</summary>
        /// <remarks>
        /// So many hashes of one license that share 36 bits are no chance: somebody who has its key has looked for them. That must not stop
        /// the write-out, which is everybody's; nor may the newest be the one that is forgotten, because it is the one that comes again.
        /// </remarks>
        internal void Put(Database store, long id, long value)
        {
            var insert = store[_insert];
            for (var step = 0; step < StepsPerPart; step++)
            {
                insert.Bind(1, id + step).Bind(2, value).Run();
                if (store.Changes > 0)
                {
                    return;
                }
            }

            store[_replaceOldest].Bind(1, value).Bind(2, id).Bind(3, id + StepsPerPart - 1).Run();
        }

        internal int Remove(Database store, long id, long value)
        {
            store[_delete].Bind(1, id).Bind(2, id + MaxSteps - 1).Bind(3, value).Run();
            return store.Changes;
        }
    }
}
