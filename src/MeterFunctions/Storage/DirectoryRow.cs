using System.Text.Json;
using Azure.Data.Tables;
using Metering;

namespace MeterFunctions.Storage;

/// <summary>A license's own row in the directory, by its id: the truth of it.</summary>
internal static class DirectoryRow
{
    private const string Body = "Body";
    private const string Revision = "Revision";

    /// <summary>The row of a license.</summary>
    /// <param name="license">The license.</param>
    /// <param name="revision">The number of its last change: the first is 1.</param>
    public static TableEntity Of(LicenseRecord license, long revision)
    {
        var row = new TableEntity(TableKeys.Text(license.Id), TableKeys.LicenseRow) { [Revision] = revision };
        LongText.Set(row, Body, JsonSerializer.Serialize(license, MeteringJson.Default.LicenseRecord));
        return row;
    }

    /// <summary>What it says.</summary>
    public static LicenseRecord Read(TableEntity row) =>
        JsonSerializer.Deserialize(LongText.Get(row, Body)!, MeteringJson.Default.LicenseRecord)!;

    /// <summary>The number of its last change.</summary>
    public static long RevisionOf(TableEntity row) => row.GetInt64(Revision) ?? 0;
}
