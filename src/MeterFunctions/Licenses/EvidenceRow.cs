using System.Collections.Immutable;
using System.Text.Json;
using Azure.Data.Tables;
using MeterFunctions.Storage;
using Metering;

namespace MeterFunctions.Licenses;

/// <summary>A row of evidence as it lies there: the entries of one command.</summary>
internal static class EvidenceRow
{
    /// <summary>Its entries.</summary>
    /// <exception cref="InvalidDataException">The row is damaged.</exception>
    /// <exception cref="JsonException">An entry is damaged.</exception>
    public static ImmutableArray<LedgerEntry> Read(TableEntity row) =>
        JsonSerializer.Deserialize(PackedBody.Get(row, LicenseRows.Columns.Body), MeteringJson.Default.ImmutableArrayLedgerEntry);

    /// <summary>The JSON of each of its entries, with the very bytes that its link covers.</summary>
    /// <exception cref="InvalidDataException">The row is damaged.</exception>
    /// <exception cref="JsonException">The row has no array of objects.</exception>
    public static List<ReadOnlyMemory<byte>> Split(TableEntity row)
    {
        var body = PackedBody.Get(row, LicenseRows.Columns.Body);
        var parts = new List<ReadOnlyMemory<byte>>();
        var reader = new Utf8JsonReader(body);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonException("The row has no array of entries.");
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            parts.Add(body.AsMemory(start, (int)reader.BytesConsumed - start));
        }

        return parts;
    }
}
