using static Metering.Server.Tests.Evidence.MixedHistory;

namespace Metering.Server.Tests.Evidence;

/// <summary>Something that is wrong in a store, and what <c>verify</c> must say of it.</summary>
/// <param name="Name">What was done.</param>
/// <param name="Sql">How.</param>
/// <param name="Said">What must be said, each in the same line.</param>
public sealed record Corruption(string Name, string Sql, params string[] Said)
{
    /// <summary>What can be wrong in any store.</summary>
    public static IReadOnlyList<Corruption> All { get; } =
    [
        .. States(),
        .. Rollups(),
        .. LedgerRows(),
        .. Memory(),
        .. TwoPartCorruption.All,
        .. Directory(),
        .. Bytes(),
    ];

    /// <summary>What can be wrong where entries were removed.</summary>
    public static IReadOnlyList<Corruption> AfterRetention { get; } =
    [
        .. All,
        InSnapshot("sequence = sequence - 1"),
        InSnapshot("link = zeroblob(32)"),
        InSnapshot("checksum = zeroblob(32)"),
        InSnapshot("fault = 'nothing'"),
        InSnapshot("body = CAST(json_set(CAST(body AS TEXT), '$.state.meters[0].used', 99) AS BLOB)"),
        InSnapshot($"body = {Broken("body")}"),
        new("a snapshot lost", $"DELETE FROM snapshot WHERE license = {Key(Plain)}", Plain, "missing"),
        new("a snapshot of another license", $"""
            UPDATE snapshot SET (sequence, link, checksum, body) = (SELECT sequence, link, checksum, body FROM snapshot
            WHERE license = {Key(Gone)})
            WHERE license = {Key(Plain)}
            """, Plain, "snapshot"),
        new(
            "a snapshot of no license",
            "INSERT INTO snapshot SELECT 99, sequence, link, checksum, fault, body FROM snapshot LIMIT 1",
            "license 99",
            "snapshot"),
        new("more entries removed", $"DELETE FROM ledger WHERE license = {Key(Plain)}", Plain, "missing"),
    ];

    private static IEnumerable<Corruption> States() =>
    [
        InState(Rich, "$.meters[0].limit_used", "0", "limit_used"),
        InState(Rich, "$.meters[0].overage", "9999", "overage"),
        InState(Rich, "$.meters[0].cost", "0", "cost"),
        InState(Rich, "$.meters[0].held", "0", "held"),
        InState(Rich, "$.meters[0].used", "1", "used"),
        InState(Rich, "$.meters[0].rollover", "1", "rollover"),
        InState(Rich, "$.meters[0].tiers_entered", "0", "tiers_entered"),
        InState(Rich, "$.meters[0].level", "'normal'", "level"),
        InState(Rich, "$.meters[0].levels_signalled", "0", "levels_signalled"),
        InState(Rich, "$.meters[0].grants[0].used", "0.5", "grant grt_3: used"),
        InState(Rich, "$.meters[0].grants[0].expires_at", "'2027-01-01T00:00:00Z'", "grant grt_3: expires_at"),
        InState(Rich, "$.meters[0].terms.limit", "1000", "limit is 1000"),
        InState(Rich, "$.meters[0].past.periods[0].used", "1", "period from"),
        InState(Rich, "$.holds", "json('[]')", "hold "),
        InState(Rich, "$.holds[0].left", "1", "left is 1"),
        InState(Rich, "$.balances[0].amount", "1000", "USD"),
        InState(Rich, "$.balances[0].spent", "0", "USD"),
        InState(Rich, "$.balances[0].bought", "9", "USD"),
        InState(Rich, "$.balances[0].low_signalled", "json('false')", "USD"),
        InState(Levels, "$.meters[0].readings.berlin.value", "99", "berlin"),
        InState(Levels, "$.meters[1].used", "99", "used"),
        InState(Levels, "$.meters[2].last_reading.value", "99", "last_reading"),
        InState(Levels, "$.meters[0].days[0].unit_seconds", "1", "seats on"),
        InState(Plain, "$.meters[0].days[0].by_user.cid.sum", "99", "api_calls on"),
        InState(Plain, "$.meters[0].assigned", "json('false')", "assigned"),
        InState(Plain, "$.plans[0].version", "2", "plans"),
        InState(Plain, "$.suspended", "json('true')", "suspended"),
        InState(Plain, "$.expires_at", "'2027-01-01T00:00:00Z'", "expires_at"),
        InState(Plain, "$.tenant_id", "'tenant_other'", "tenant"),
        InState(Plain, "$.license_id", $"'{Gone}'", Gone),
        InState(Plain, "$.sequence", "3", "entry 3"),
        InState(Gone, "$.deleted", "json('false')", "deleted"),
        new("a license's column of its sequence", $"UPDATE license SET sequence = sequence - 1 WHERE id = '{Plain}'", Plain, "entry"),
        new("a license's last link", $"UPDATE license SET link = zeroblob(32) WHERE id = '{Plain}'", Plain, "last link"),
        new("two states swapped", $"""
            UPDATE license SET state = (SELECT other.state FROM license other WHERE other.id = CASE license.id
            WHEN '{Plain}' THEN '{Gone}' ELSE '{Plain}' END)
            WHERE id IN ('{Plain}', '{Gone}')
            """, Plain, "entry"),
        new("a state lost", $"DELETE FROM license WHERE id = '{Plain}'", "no state"),
    ];

    private static IEnumerable<Corruption> Rollups() =>
    [
        InRollup(Plain, "api_calls", "$.sum", "99"),
        InRollup(Plain, "api_calls", "$.min", "0.5"),
        InRollup(Plain, "api_calls", "$.max", "99"),
        InRollup(Plain, "api_calls", "$.last", "99"),
        InRollup(Plain, "api_calls", "$.count", "9"),
        InRollup(Plain, "api_calls", "$.by_user.ann.sum", "99"),
        InRollup(Plain, "api_calls", "$.by_user", "null"),
        InRollup(Rich, "tokens", "$.cost", "99"),
        InRollup(Rich, "tokens", "$.overage", "99"),
        InRollup(Levels, "seats", "$.opening", "99"),
        InRollup(Levels, "seats", "$.unit_seconds", "99"),
        new("a rollup lost", $"DELETE FROM rollup WHERE day = {Day(Plain)} AND license = {Key(Plain)}", Plain, "api_calls: the rollup of"),
        new(
            "a rollup of another day",
            $"UPDATE rollup SET day = day + 5000 WHERE day = {Day(Plain)} AND license = {Key(Plain)}",
            Plain,
            "is that of"),
        new(
            "a rollup of no day",
            $"UPDATE rollup SET day = -1 WHERE day = {Day(Plain)} AND license = {Key(Plain)}",
            Plain,
            "on day -1 is that of"),
        new("a rollup of a day without use", $"""
            INSERT INTO rollup (license, day, feature, body)
            SELECT license, day + 100, feature, json_set(CAST(body AS TEXT), '$.day', date('0001-01-01', (day + 100) || ' days'))
            FROM rollup WHERE day = {Day(Plain)} AND license = {Key(Plain)}
            """, Plain, "api_calls on"),
        new(
            "a rollup of another license",
            "INSERT INTO rollup (license, day, feature, body) SELECT 99, day, feature, body FROM rollup LIMIT 1",
            "license 99",
            "rollup"),
    ];

    private static IEnumerable<Corruption> LedgerRows() =>
    [
        InEntry("$.amount", "7"),
        InEntry("$.user_id", "'eve'"),
        InEntry("$.idempotency_key", "'other'"),
        new("an entry's time in its row", $"UPDATE ledger SET at = at - 1 WHERE id = {Row(Plain)}", Plain, "ledger row"),
        new("an entry's license", $"UPDATE ledger SET license = {Key(Gone)} WHERE id = {Row(Plain)}", Plain, "ledger row"),
        new("an entry's link", $"UPDATE ledger SET link = zeroblob(32) WHERE id = {Row(Plain)}", Plain, "ledger row"),
        new("a row lost", $"DELETE FROM ledger WHERE id = {Row(Plain)}", Plain, "is missing", "ledger row"),
        new("the last row lost", "DELETE FROM ledger WHERE id = (SELECT MAX(id) FROM ledger)", "is missing", "ledger row"),
        new("an orphan row", """
            INSERT INTO ledger (id, license, at, link, entry) SELECT id + 1, license, at, link, entry FROM ledger
            WHERE id = (SELECT MAX(id) FROM ledger)
            """, "ledger row", "no run"),
        new("an orphan row of no license", """
            INSERT INTO ledger (id, license, at, link, entry) SELECT id + 1, 99, at, link, entry FROM ledger
            WHERE id = (SELECT MAX(id) FROM ledger)
            """, "license 99", "ledger row", "no run"),
        new("a row put in", $"""
            INSERT INTO ledger (id, license, at, link, entry)
            SELECT (SELECT MAX(id)
            FROM ledger) + 1, license, at, link, json_set(CAST(entry AS TEXT), '$.sequence', {Sequence(Plain)} + 1) FROM ledger
            WHERE id = {Row(Plain)};
            INSERT INTO ledger_run (id, row, count) SELECT ({Key(Plain)} << 36) | ({Sequence(Plain)} + 1), MAX(id), 1 FROM ledger;
            UPDATE license SET sequence = sequence + 1, state = CAST(json_set(CAST(state AS TEXT), '$.sequence', sequence + 1) AS BLOB)
            WHERE id = '{Plain}';
            UPDATE mark SET value = value + 1 WHERE name = 'ledger_row'
            """, Plain, "ledger row"),
        new("two entries swapped", $"""
            UPDATE ledger SET entry = (SELECT other.entry FROM ledger other WHERE other.id = CASE ledger.id
            WHEN {Row(Plain)} THEN {Row(Plain)} + 1 ELSE {Row(Plain)} END)
            WHERE id IN ({Row(Plain)}, {Row(Plain)} + 1)
            """, Plain, "ledger row"),
        new("the mark of the last row", "UPDATE mark SET value = value + 5 WHERE name = 'ledger_row'", "ledger"),
        new("a signal of no license", """
            INSERT INTO signal_outbox (license_id, body)
            SELECT 'lic_nobody', json_set(CAST(body AS TEXT), '$.license_id', 'lic_nobody') FROM signal_outbox LIMIT 1
            """, "lic_nobody", "outbox"),
        new("a signal of an entry that is not there", $"""
            INSERT INTO signal_outbox (license_id, body) SELECT license_id, json_set(CAST(body AS TEXT), '$.sequence', 9999)
            FROM signal_outbox WHERE license_id = '{Plain}' LIMIT 1
            """, Plain, "outbox"),
    ];

    private static IEnumerable<Corruption> Memory() =>
    [
        new(
            "a kept answer",
            $"UPDATE ledger SET answer = CAST(json_set(CAST(answer AS TEXT), '$.used', 1) AS BLOB) WHERE id = {Row(Plain)}",
            Plain,
            "ledger row"),
        new("a kept answer lost", $"UPDATE ledger SET answer = NULL WHERE id = {Row(Plain)}", Plain, "ledger row"),
        new("what was asked", $"UPDATE ledger SET body_hash = 'other' WHERE id = {Row(Plain)}", Plain, "ledger row"),
        new("a row's key", $"UPDATE ledger SET key = key + 1 WHERE id = {Row(Plain)}", Plain, "ledger row"),
        new("an answer taken away before its time", $"""
            UPDATE ledger SET answer = NULL, body_hash = NULL, key = NULL, event = NULL, forgotten = zeroblob(32) WHERE id = {Row(Plain)}
            """, Plain, "ledger row"),
    ];

    private static IEnumerable<Corruption> Directory() =>
    [
        new("the directory emptied", "DELETE FROM directory", Plain, "no row in the directory"),
        new("a directory row without a state", """
            INSERT INTO directory (id, tenant, key_hash, deleted, body) SELECT 'lic_nobody', tenant, zeroblob(32), deleted, body
            FROM directory LIMIT 1
            """, "lic_nobody", "no state"),
        new("a state without a directory row", $"DELETE FROM directory WHERE id = '{Plain}'", Plain, "no row in the directory"),
        new(
            "a license brought back",
            $"""
            UPDATE directory SET deleted = 0, body = CAST(json_set(CAST(body AS TEXT), '$.deleted', json('false')) AS BLOB)
            WHERE id = '{Gone}'
            """,
            Gone,
            "by the directory"),
        new("another tenant", $"UPDATE directory SET tenant = 'tenant_other' WHERE id = '{Plain}'", Plain, "directory"),
        new("another key", $"UPDATE directory SET key_hash = zeroblob(32) WHERE id = '{Plain}'", Plain, "directory"),
        new("a note of a feature lost", $"DELETE FROM feature_holder WHERE license = '{Plain}'", Plain, "api_calls"),
        new(
            "a note of a feature changed",
            $"UPDATE feature_holder SET spans = CAST('[]' AS BLOB) WHERE license = '{Plain}'",
            Plain,
            "api_calls"),
        new("a note of a feature that it never had", $"""
            INSERT INTO feature_holder (tenant, feature, created, license, spans) SELECT tenant, 'other', created, license, spans
            FROM feature_holder WHERE license = '{Plain}'
            """, Plain, "other"),
    ];

    private static IEnumerable<Corruption> Bytes() =>
    [
        Damaged("entry", $"UPDATE ledger SET entry = {Broken("entry")} WHERE id = {Row(Plain)}", Plain, "ledger row", "cannot be read"),
        Damaged("answer", $"UPDATE ledger SET answer = {Broken("answer")} WHERE id = {Row(Plain)}", Plain, "ledger row", "cannot be read"),
        Damaged("state", $"UPDATE license SET state = {Broken("state")} WHERE id = '{Plain}'", Plain, "state cannot be read"),
        Damaged(
            "rollup",
            $"UPDATE rollup SET body = {Broken("body")} WHERE license = {Key(Plain)} AND day = {Day(Plain)}",
            Plain, "api_calls", "cannot be read"),
        Damaged(
            "directory row", $"UPDATE directory SET body = {Broken("body")} WHERE id = '{Plain}'", Plain, "directory", "cannot be read"),
        Damaged(
            "signal",
            "UPDATE signal_outbox SET body = CAST('{' AS BLOB) WHERE id = (SELECT MIN(id) FROM signal_outbox)",
            "outbox",
            "cannot be read"),
        Damaged("state of null", $"UPDATE license SET state = CAST('null' AS BLOB) WHERE id = '{Plain}'", Plain, "state cannot be read"),
    ];

    /// <summary>A query for the license that must be named too, where it is not known before.</summary>
    public string? License { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static Corruption InState(string license, string path, string value, string said) => new(
        $"{license} {path} = {value}",
        $"""
        UPDATE license SET state = CAST(json_set(CAST(state AS TEXT), '{path}', {value}) AS BLOB)
        WHERE id = '{license}' AND json_extract(CAST(state AS TEXT), '{path}') IS NOT {value}
        """,
        license,
        said);

    private static Corruption InRollup(string license, string feature, string path, string value) => new(
        $"rollup of {license} {feature} {path} = {value}",
        $"""
        UPDATE rollup SET body = CAST(json_set(CAST(body AS TEXT), '{path}', {value}) AS BLOB)
        WHERE license = {Key(license)} AND feature = '{feature}' AND day = {Day(license)}
        """,
        license,
        $"{feature} on");

    private static Corruption InEntry(string path, string value) => new(
        $"entry {path} = {value}",
        $"UPDATE ledger SET entry = CAST(json_set(CAST(entry AS TEXT), '{path}', {value}) AS BLOB) WHERE id = {Row(Plain)}",
        Plain,
        "ledger row");

    private static Corruption InSnapshot(string set) =>
        new($"snapshot {set}", $"UPDATE snapshot SET {set} WHERE license = {Key(Plain)}", Plain, "snapshot");

    private static Corruption Damaged(string what, string sql, params string[] said) => new($"a damaged {what}", sql, said);

    private static string Broken(string column) => $"CAST(substr(CAST({column} AS TEXT), 1, length({column}) - 3) AS BLOB)";

    private static string Key(string license) => $"(SELECT key FROM license WHERE id = '{license}')";

    private static string Sequence(string license) => $"(SELECT sequence FROM license WHERE id = '{license}')";

    // A row in the middle, with a key.
    private static string Row(string license) =>
        $"(SELECT id FROM ledger WHERE license = {Key(license)} AND key IS NOT NULL ORDER BY id LIMIT 1 OFFSET 1)";

    private static string Day(string license) => $"(SELECT day FROM rollup WHERE license = {Key(license)} ORDER BY day LIMIT 1 OFFSET 2)";
}
