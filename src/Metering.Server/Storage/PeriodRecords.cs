using System.Text.Json;

namespace Metering.Server.Storage;

/// <summary>The rows of <c>closed_period</c>.</summary>
internal static class PeriodRecords
{
    internal static void Add(Database store, long license, FeaturePeriod record, ReadOnlySpan<byte> body) => store["""
        INSERT OR REPLACE INTO closed_period (license, ended, feature, started, sequence, reset, body) VALUES (?, ?, ?, ?, ?, ?, ?)
        """]
        .Bind(1, license).Bind(2, record.Period.End!.Value.ToUnixTimeMilliseconds()).Bind(3, record.FeatureCode)
        .Bind(4, record.Period.Start.ToUnixTimeMilliseconds()).Bind(5, record.Sequence)
        .Bind(6, StaysEnded(record) ? 1 : 0).Bind(7, body).Run();

    /// <summary>
    /// Whether the record stays when the clock is set back (<see cref="FeaturePeriod.IsTakenBack"/>), whenever it ended. Stored in the
    /// column <c>reset</c>, which earlier versions set for resets only.
    /// </summary>
    internal static bool StaysEnded(FeaturePeriod record) => record.Reset || record.IsPart;

    /// <summary>Removes the records that a clock which was set back takes back (<see cref="FeaturePeriod.IsTakenBack"/>).</summary>
    internal static void TakeBack(Database store, long license, DateTimeOffset setBackTo) =>
        store["DELETE FROM closed_period WHERE license = ? AND ended > ? AND reset = 0"]
            .Bind(1, license).Bind(2, setBackTo.ToUnixTimeMilliseconds()).Run();

    /// <summary>The records that it would remove.</summary>
    internal static List<FeaturePeriod> TakenBack(Database store, long license, DateTimeOffset setBackTo) => All(
        store["SELECT body FROM closed_period WHERE license = ? AND ended > ? AND reset = 0"]
            .Bind(1, license).Bind(2, setBackTo.ToUnixTimeMilliseconds()));

    /// <summary>Records of a license's periods, in the order of <see cref="FeaturePeriod.Compare"/>.</summary>
    /// <param name="store">The store.</param>
    /// <param name="license">The license's key.</param>
    /// <param name="query">Which of them.</param>
    /// <param name="most">Most to read.</param>
    internal static List<FeaturePeriod> Read(Database store, long license, PeriodQuery query, int most)
    {
        // SQLite finds a place of several columns by the table's own key. Before the first one is a place that no record has.
        var after = query.After();
        return All(store["""
            SELECT body FROM closed_period
            WHERE license = ?1 AND ended <= ?2 AND ended > ?3 AND (ended, feature, started, sequence) > (?4, ?5, ?6, ?7)
            ORDER BY ended, feature, started, sequence LIMIT ?8
            """]
            .Bind(1, license).Bind(2, query.To.ToUnixTimeMilliseconds()).Bind(3, query.From.ToUnixTimeMilliseconds())
            .Bind(4, (after?.Period.End ?? query.From).ToUnixTimeMilliseconds()).Bind(5, after?.FeatureCode ?? "")
            .Bind(6, (after?.Period.Start ?? DateTimeOffset.MinValue).ToUnixTimeMilliseconds())
            .Bind(7, after?.Sequence ?? 0).Bind(8, most));
    }

    private static List<FeaturePeriod> All(Statement statement)
    {
        var records = new List<FeaturePeriod>();
        try
        {
            while (statement.Next())
            {
                records.Add(JsonSerializer.Deserialize(statement.Bytes(0), MeteringJson.Default.FeaturePeriod)!);
            }
        }
        finally
        {
            statement.Reset();
        }

        return records;
    }
}
