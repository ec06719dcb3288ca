namespace Metering.Server.Tests.Evidence;

/// <summary>What can be wrong in the tables that have two parts, in either part and between them.</summary>
public static class TwoPartCorruption
{
    /// <summary>All of it.</summary>
    public static IReadOnlyList<Corruption> All { get; } =
    [
        .. LedgerRuns("ledger_run"),
        .. LedgerRuns("ledger_run_recent"),
        new(
            "a run in both parts",
            $"INSERT INTO ledger_run SELECT * FROM ledger_run_recent WHERE row = {RunRow("ledger_run_recent")}",
            "both parts")
        {
            License = LicenseOf("ledger_run_recent", $"row = {RunRow("ledger_run_recent")}"),
        },
        new("a run of no license", "INSERT INTO ledger_run (id, row, count) VALUES ((99 << 36) | 1, 1, 1)", "license 99", "ledger_run"),
        .. Memory("identity"),
        .. Memory("identity_recent"),
        new("a key in both parts", $"INSERT INTO identity SELECT * FROM identity_recent WHERE id = {Id("identity_recent")}", "twice")
        {
            License = LicenseOf("identity_recent", $"id = {Id("identity_recent")}"),
        },
        new("keys of no license", "INSERT INTO identity (id, value) VALUES ((99 << 36) | 5, (1 << 20))", "license 99", "identity"),
        new("keys of no license in the small part, before such keys in the large one", """
            INSERT INTO identity (id, value) VALUES ((105 << 36) | 5, (1 << 20));
            INSERT INTO identity_recent (id, value) VALUES ((99 << 36) | 5, (1 << 20))
            """, "license 99", "identity"),
    ];

    private static IEnumerable<Corruption> LedgerRuns(string part)
    {
        var (run, license) = ($"row = {RunRow(part)}", LicenseOf(part, $"row = {RunRow(part)}"));
        return
        [
            new($"a run's row in {part}", $"UPDATE {part} SET row = row + 1 WHERE {run}", "ledger row") { License = license },
            new($"a run's count in {part}", $"UPDATE {part} SET count = count - 1 WHERE {run}", "missing") { License = license },
            new($"a run lost in {part}", $"DELETE FROM {part} WHERE {run}", "missing") { License = license },
            new(
                $"a run twice in {part}",
                $"INSERT INTO {part} (id, row, count) SELECT id + 1, row, count FROM {part} WHERE {run}",
                "a run of")
            {
                License = license,
            },
        ];
    }

    private static IEnumerable<Corruption> Memory(string part)
    {
        var (key, license) = ($"id = {Id(part)}", LicenseOf(part, $"id = {Id(part)}"));
        return
        [
            new($"{part} emptied", $"DELETE FROM {part}", "not remembered") { License = license },
            new($"one key forgotten in {part}", $"DELETE FROM {part} WHERE {key}", "not remembered") { License = license },
            new($"one key of {part} leading elsewhere", $"UPDATE {part} SET value = value + (1 << 20) WHERE {key}", "leads to ledger row")
            {
                License = license,
            },
            new(
                $"a key put into {part}",
                $"INSERT INTO {part} (id, value) SELECT id + 1, value FROM {part} WHERE {key}",
                "leads to ledger row")
            {
                License = license,
            },
        ];
    }

    // Of any license: the moves decide whose rows are in which part.
    private static string RunRow(string part) => $"(SELECT row FROM {part} ORDER BY count DESC, id LIMIT 1)";

    private static string Id(string part) => $"(SELECT id FROM {part} LIMIT 1 OFFSET 1)";

    private static string LicenseOf(string part, string which) =>
        $"SELECT id FROM license WHERE key = (SELECT id >> 36 FROM {part} WHERE {which})";
}
