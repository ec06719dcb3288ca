using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Azure.Data.Tables;
using MeterFunctions.Storage;
using Metering;
using Columns = MeterFunctions.Licenses.LicenseRows.Columns;

namespace MeterFunctions.Licenses;

/// <summary>
/// What a license's oldest evidence came to, in a row that takes its place. It is written before the first row of that evidence is deleted,
/// so rows up to <see cref="Sequence"/>, and rollups of days before <see cref="DaysFrom"/>, may still be there, or some of them: they count
/// for nothing any more.
/// </summary>
internal sealed record LicenseSnapshot
{
    /// <summary>The last entry that it stands for.</summary>
    public required long Sequence { get; init; }

    /// <summary>That entry's link, from which the next one is chained (<see cref="EvidenceChain"/>).</summary>
    public required byte[] Link { get; init; }

    /// <summary>The first day whose rollups are kept, UTC.</summary>
    public required DateOnly DaysFrom { get; init; }

    /// <summary>What the entries came to; null when they were so damaged that nothing could be told, and when this row is.</summary>
    public required EvidenceSnapshot? Evidence { get; init; }

    /// <summary>The first thing that was found wrong with the entries when they were removed, for an operator; null: nothing.</summary>
    public string? Fault { get; init; }

    /// <summary>Whether it is as it was written.</summary>
    public bool IsIntact { get; private init; } = true;

    /// <summary>The row. It holds what a state's row can hold: a snapshot is no larger than the state was after its last entry.</summary>
    public TableEntity ToRow(string licenseId)
    {
        var body = Evidence is null ? [] : JsonSerializer.SerializeToUtf8Bytes(Evidence, MeteringJson.Default.EvidenceSnapshot);
        var row = new TableEntity(TableKeys.Text(licenseId), TableKeys.SnapshotRow)
        {
            [Columns.Sequence] = Sequence,
            [Columns.Link] = Link,
            [Columns.DaysFrom] = DaysFrom.DayNumber,
            [Columns.Fault] = Fault,
        };
        PackedBody.Set(row, Columns.Body, body);
        row[Columns.Checksum] = ChecksumOf(row, body);
        return row;
    }

    /// <summary>The snapshot that a row holds, damaged or not.</summary>
    public static LicenseSnapshot Read(TableEntity row)
    {
        var (body, evidence) = (Array.Empty<byte>(), (EvidenceSnapshot?)null);
        var isIntact = true;
        try
        {
            body = PackedBody.Get(row, Columns.Body);
            isIntact = CryptographicOperations.FixedTimeEquals(ChecksumOf(row, body), row[Columns.Checksum] as byte[]);
            evidence = body.Length == 0 ? null : JsonSerializer.Deserialize(body, MeteringJson.Default.EvidenceSnapshot);
        }
#pragma warning disable CA1031 // A damaged byte can fail any of a type's own checks; each says only that the row is damaged.
        catch (Exception)
#pragma warning restore CA1031
        {
            isIntact = false;
        }

        return new LicenseSnapshot
        {
            Sequence = row.GetInt64(Columns.Sequence) ?? 0,
            Link = row[Columns.Link] as byte[] ?? [],
            DaysFrom = DateOnly.FromDayNumber(row.GetInt32(Columns.DaysFrom) ?? 0),
            Evidence = evidence,
            Fault = row.GetString(Columns.Fault),
            IsIntact = isIntact,
        };
    }

    // Over all that it says, and the license: another's row in its place is found too.
    private static byte[] ChecksumOf(TableEntity row, byte[] body)
    {
        var said = string.Join(
            '\n',
            row.PartitionKey,
            row.GetInt64(Columns.Sequence)?.ToString(CultureInfo.InvariantCulture),
            row.GetInt32(Columns.DaysFrom)?.ToString(CultureInfo.InvariantCulture),
            Convert.ToHexStringLower(row[Columns.Link] as byte[] ?? []),
            row.GetString(Columns.Fault));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(said));
        hash.AppendData([0]);
        hash.AppendData(body);
        return hash.GetHashAndReset();
    }
}
