namespace Metering.Server.Storage;

/// <summary>The tables of <c>meter.db</c>, and the queries that each of them serves.</summary>
/// <remarks>
/// <list type="bullet">
/// <item><c>license</c>: one row of state a license, with the link of its last entry. The integer key stands for the license in the tables
/// that grow.</item>
/// <item><c>ledger</c>: entries in the order in which they were written out, so that new ones go to the end of the file and old ones
/// are removed from its beginning. Ids are never given twice. The answer to a remembered command is stored with the command's last entry,
/// without the fields that the entry has, and with fingerprints of its key and event id (<c>key</c>, <c>event</c>). <c>link</c> chains the
/// entries of a license (<see cref="EvidenceChain"/>); where the answer was forgotten, <c>forgotten</c> is its digest, so that the chain
/// can still be followed.</item>
/// <item><c>snapshot</c>: what a license's removed entries came to, and the last one's link.</item>
/// <item><c>written</c>: from which ledger row on rows were written when, about once an hour; see <see cref="WrittenOrder"/>.</item>
/// <item><c>ledger_run</c>: where a license's entries are: <see cref="LedgerRuns"/>. Read by license and range of numbers.</item>
/// <item><c>identity</c>: the memory of rule 8: <see cref="IdentityTable"/>. Read by license and hash.</item>
/// <item><c>rollup</c>: closed days, read by license and range of days; retention reads them by day.</item>
/// <item><c>closed_period</c>: records of closed periods, read by license and range of ends, by retention by end alone; times in Unix
/// milliseconds. <c>reset</c>: the record stays when the clock is set back.</item>
/// <item><c>feature_holder</c>: a tenant's licenses that have or had a feature, read by both, oldest license first.</item>
/// <item><c>signal_outbox</c>: signals to deliver, in order.</item>
/// <item><c>dead_letter</c>: in the order of ids, which rise with time; read by tenant too.</item>
/// </list>
/// <c>directory</c> and <c>request_memory</c> have large rows and random keys. So rows are stored in the order in which they are added, and
/// an index holds the keys. Stored by key, each new row would change a page of its own, and a row above 1 KB would need a second page. In
/// return, whoever reads all licenses in the order of their ids reads a page for each.
/// </remarks>
internal static class StoreSchema
{
    /// <summary>What makes them.</summary>
    internal static readonly string[] Tables =
    [
        """
        CREATE TABLE IF NOT EXISTS license (
            key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, sequence INTEGER NOT NULL, link BLOB NOT NULL, state BLOB NOT NULL)
        """,
        """
        CREATE TABLE IF NOT EXISTS ledger (
            id INTEGER PRIMARY KEY, license INTEGER NOT NULL, at INTEGER NOT NULL, key INTEGER, event INTEGER, link BLOB NOT NULL, forgotten BLOB,
            body_hash TEXT, entry BLOB NOT NULL, answer BLOB)
        """,
        """
        CREATE TABLE IF NOT EXISTS snapshot (
            license INTEGER PRIMARY KEY, sequence INTEGER NOT NULL, link BLOB NOT NULL, checksum BLOB NOT NULL, fault TEXT, body BLOB NOT NULL)
        """,
        .. RecentRows.Definitions(LedgerRuns.Table, "row", "count"),
        "CREATE TABLE IF NOT EXISTS written (row INTEGER PRIMARY KEY, at INTEGER NOT NULL)",
        .. RecentRows.Definitions(IdentityTable.Table, "value"),
        """
        CREATE TABLE IF NOT EXISTS rollup (
            license INTEGER NOT NULL, day INTEGER NOT NULL, feature TEXT NOT NULL, body BLOB NOT NULL,
            PRIMARY KEY (license, day, feature)) WITHOUT ROWID
        """,
        "CREATE INDEX IF NOT EXISTS rollup_day ON rollup (day)",
        """
        CREATE TABLE IF NOT EXISTS closed_period (
            license INTEGER NOT NULL, ended INTEGER NOT NULL, feature TEXT NOT NULL, started INTEGER NOT NULL, sequence INTEGER NOT NULL,
            reset INTEGER NOT NULL, body BLOB NOT NULL, PRIMARY KEY (license, ended, feature, started, sequence)) WITHOUT ROWID
        """,
        "CREATE INDEX IF NOT EXISTS closed_period_ended ON closed_period (ended)",
        "CREATE TABLE IF NOT EXISTS signal_outbox (id INTEGER PRIMARY KEY AUTOINCREMENT, license_id TEXT NOT NULL, body BLOB NOT NULL)",
        """
        CREATE TABLE IF NOT EXISTS directory (
            id TEXT NOT NULL PRIMARY KEY, tenant TEXT NOT NULL, key_hash BLOB NOT NULL UNIQUE, deleted INTEGER NOT NULL, body BLOB NOT NULL)
        """,
        "CREATE INDEX IF NOT EXISTS directory_tenant ON directory (tenant, id)",
        """
        CREATE TABLE IF NOT EXISTS feature_holder (
            tenant TEXT NOT NULL, feature TEXT NOT NULL, created INTEGER NOT NULL, license TEXT NOT NULL, spans BLOB NOT NULL,
            sequence INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (tenant, feature, created, license)) WITHOUT ROWID
        """,
        "CREATE TABLE IF NOT EXISTS feature (code TEXT PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID",
        """
        CREATE TABLE IF NOT EXISTS plan (
            id TEXT NOT NULL, version INTEGER NOT NULL, body BLOB NOT NULL, PRIMARY KEY (id, version)) WITHOUT ROWID
        """,
        """
        CREATE TABLE IF NOT EXISTS token (
            hash TEXT PRIMARY KEY, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, scopes TEXT NOT NULL, created_at INTEGER NOT NULL,
            tenant TEXT) WITHOUT ROWID
        """,
        """
        CREATE TABLE IF NOT EXISTS request_memory (
            key TEXT NOT NULL PRIMARY KEY, at INTEGER NOT NULL, body_hash TEXT NOT NULL, status INTEGER NOT NULL, body TEXT NOT NULL)
        """,
        "CREATE INDEX IF NOT EXISTS request_memory_at ON request_memory (at)",
        """
        CREATE TABLE IF NOT EXISTS dead_letter (
            id TEXT PRIMARY KEY, at INTEGER NOT NULL, code TEXT NOT NULL, tenant TEXT, metric TEXT, body BLOB NOT NULL) WITHOUT ROWID
        """,
        "CREATE INDEX IF NOT EXISTS dead_letter_tenant ON dead_letter (tenant, id)",
        "CREATE TABLE IF NOT EXISTS lease_key (id TEXT PRIMARY KEY, pkcs8 BLOB NOT NULL, until INTEGER) WITHOUT ROWID",
        "CREATE TABLE IF NOT EXISTS export_job (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, status INTEGER NOT NULL, body BLOB NOT NULL)",
        "CREATE TABLE IF NOT EXISTS export_schedule (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, body BLOB NOT NULL)",
        "CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    ];
}
