using Azure;
using Azure.Data.Tables;

namespace MeterFunctions.Storage;

/// <summary>The form in which the tables are written. It is a row of the settings, written before anything else.</summary>
internal static class TableFormat
{
    /// <summary>The form that this version writes, and the only one that it reads.</summary>
    public const int Current = 8;

    private const string Number = "Format";

    /// <summary>Sees that the tables are in the form that this version reads, and marks new ones with it.</summary>
    /// <param name="tables">All tables by name; they exist.</param>
    /// <param name="mayMark">Whether new ones are marked.</param>
    /// <exception cref="InvalidDataException">Another version wrote them, in another form.</exception>
    public static async Task CheckAsync(IReadOnlyDictionary<string, TableClient> tables, bool mayMark)
    {
        var settings = tables[TableKeys.Settings];
        var format = await ReadAsync(settings).ConfigureAwait(false);

        // Only empty ones are marked: tables with rows and without a mark are an older version's.
        if (format is null && mayMark && await AreEmptyAsync(tables.Values).ConfigureAwait(false))
        {
            await MarkAsync(settings).ConfigureAwait(false);
        }

        // Another instance may have marked them, and begun to write, since the first look.
        format ??= await ReadAsync(settings).ConfigureAwait(false);
        if (format != Current)
        {
            throw new InvalidDataException(
                $"The tables were written by {(format > Current ? "a newer" : "an older")} version, in a form that this one does not read. "
                + "Set Metering:TablePrefix to a name that is not in use yet, or deploy the version that wrote them.");
        }
    }

    private static async Task<int?> ReadAsync(TableClient settings)
    {
        var row = await settings.GetEntityIfExistsAsync<TableEntity>(TableKeys.SettingPartition, TableKeys.FormatRow).ConfigureAwait(false);
        return row.HasValue ? row.Value!.GetInt32(Number) : null;
    }

    private static async Task<bool> AreEmptyAsync(IEnumerable<TableClient> tables) =>
        !(await Task.WhenAll(tables.Select(HasRowsAsync)).ConfigureAwait(false)).Contains(true);

    private static async Task<bool> HasRowsAsync(TableClient table)
    {
        await foreach (var _ in table.QueryAsync<TableEntity>(maxPerPage: 1).ConfigureAwait(false))
        {
            return true;
        }

        return false;
    }

    private static async Task MarkAsync(TableClient settings)
    {
        try
        {
            await settings.AddEntityAsync(new TableEntity(TableKeys.SettingPartition, TableKeys.FormatRow) { [Number] = Current })
                .ConfigureAwait(false);
        }
        catch (RequestFailedException exists) when (exists.Status == 409)
        {
            // Another instance was faster; what it wrote is read next.
        }
    }
}
