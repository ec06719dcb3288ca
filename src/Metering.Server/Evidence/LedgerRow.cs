using Metering.Server.Storage;

namespace Metering.Server.Evidence;

/// <summary>
/// What is read of a ledger row, each column once: asking SQLite for one costs more than most of what is then done with it. It is valid
/// until its statement's next step.
/// </summary>
internal readonly ref struct LedgerRow(Statement row)
{
    /// <summary>The columns, in the order in which they are read.</summary>
    internal const string Columns = "id, license, at, key, event, link, forgotten, body_hash, entry, answer";

    internal long Id { get; } = row.Integer(0);

    internal long License { get; } = row.Integer(1);

    /// <summary>When its entry was made, in Unix milliseconds.</summary>
    internal long At { get; } = row.Integer(2);

    /// <summary>What tells its idempotency key from others; null where there was none.</summary>
    internal long? Key { get; } = row.NullableInteger(3);

    /// <summary>What tells its event id from others; null where there was none.</summary>
    internal long? Event { get; } = row.NullableInteger(4);

    internal ReadOnlySpan<byte> Link { get; } = row.Bytes(5);

    /// <summary>The digest that stands in the place of an answer that was forgotten; empty of any other.</summary>
    internal ReadOnlySpan<byte> Forgotten { get; } = row.Bytes(6);

    internal ReadOnlySpan<byte> BodyHash { get; } = row.Bytes(7);

    internal ReadOnlySpan<byte> Entry { get; } = row.Bytes(8);

    /// <summary>The answer that is remembered with its entry; empty where none is.</summary>
    internal ReadOnlySpan<byte> Answer { get; } = row.Bytes(9);
}
