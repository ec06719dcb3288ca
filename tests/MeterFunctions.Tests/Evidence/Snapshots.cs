using MeterFunctions.Evidence;
using MeterFunctions.Licenses;
using MeterFunctions.Storage;
using MeterFunctions.Tests.Hosting;

namespace MeterFunctions.Tests.Evidence;

/// <summary>Snapshots as retention makes them before it deletes rows.</summary>
internal static class Snapshots
{
    /// <summary>What a license's evidence comes to, up to the row of an entry.</summary>
    public static async Task<LicenseSnapshot> CutAsync(App app, string id, long through)
    {
        var replay = new LicenseReplay(id, null, new Findings(id));
        await foreach (var row in app.Get<TableLedger>().StoredAsync(id, 1, default))
        {
            if (TableKeys.TryEntryNumber(row.RowKey, out var first) && first <= through)
            {
                replay.Take(first, row);
            }
        }

        return replay.Snapshot(DateOnly.FromDateTime(App.Start.UtcDateTime));
    }
}
