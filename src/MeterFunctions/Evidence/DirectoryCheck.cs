using System.Globalization;
using System.Text.Json;
using Azure.Data.Tables;
using MeterFunctions.Storage;
using Metering;

namespace MeterFunctions.Evidence;

/// <summary>
/// Whether the directory holds together, looked at from both sides: from every license to the rows by which it is found, and from every
/// such row to its license; and whether it says of a license what the license's state says.
/// </summary>
/// <remarks>Part by part, in memory that does not grow: whoever stops goes on later with the place that the last part gave.</remarks>
internal sealed class DirectoryCheck(MeterTables tables, LicenseIndex index)
{
    private static readonly string[] Order =
    [
        TableKeys.Licenses, TableKeys.LicenseKeys, TableKeys.Tenants, TableKeys.LiveLicenses, TableKeys.Holders,
    ];

    /// <summary>Looks at the next part, of up to a thousand rows.</summary>
    /// <param name="place">Where the part before ended; null at the beginning.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="FormatException">The place is not one that a part gave.</exception>
    public async ValueTask<DirectoryStep> StepAsync(string? place, CancellationToken cancellationToken)
    {
        var (table, continuation) = Read(place);
        var (rows, next) = await tables.PageAsync(Order[table], continuation, cancellationToken).ConfigureAwait(false);
        var (differences, leftovers) = Order[table] switch
        {
            TableKeys.Licenses => (await OfLicensesAsync(rows, cancellationToken).ConfigureAwait(false), 0),
            TableKeys.Holders => (await FromNotesAsync(rows, cancellationToken).ConfigureAwait(false), 0),
            var index => await FromIndexAsync(index, rows, cancellationToken).ConfigureAwait(false),
        };
        var following = next is not null ? $"{table} {next}" : table + 1 < Order.Length ? $"{table + 1} " : null;
        return new DirectoryStep(differences, rows.Count, leftovers, following);
    }

    /// <summary>
    /// What the directory says otherwise of a license than its state, in words for an operator; but for what was changed so lately that who
    /// changed it may still be on the way from the one to the other.
    /// </summary>
    /// <param name="state">The state.</param>
    /// <param name="now">The host's time, UTC, by which the state was written.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async ValueTask<IReadOnlyList<string>> CompareAsync(LicenseState state, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var id = state.LicenseId;
        var settled = now - LicenseIndex.MinLeftoverAge;
        var row = await tables.FindAsync(TableKeys.Licenses, TableKeys.Text(id), TableKeys.LicenseRow, cancellationToken)
            .ConfigureAwait(false);
        if (row is null)
        {
            // A creation that broke off looks the same, and its repeat mends it.
            return state.CreatedAt > settled ? [] : [$"{id}: it has a state, and no row in the directory"];
        }

        var differences = new List<string>();
        if (TryRead(row, out var license, out _))
        {
            if (license.TenantId != state.TenantId)
            {
                differences.Add($"{id}: it is of tenant {state.TenantId}, and the directory says {license.TenantId}");
            }

            // A deletion is the last that a state sees, and it comes before the directory's.
            if (license.Deleted != state.Deleted && (license.Deleted || state.LastSeen <= settled))
            {
                differences.Add(
                    $"{id}: {(state.Deleted ? "it is deleted, and the directory does not say so" : "the directory says that it is deleted, and it is not")}");
            }
        }

        if (license is not null)
        {
            differences.AddRange(await OfListsAsync(row, license, state, cancellationToken).ConfigureAwait(false));
        }

        var features = LicenseFeatures.Of(state);
        var codes = features.Features.Keys.ToList();
        var notes = await tables.FindEachAsync(
            TableKeys.Holders,
            codes.Select(code => (TableKeys.Text(features.TenantId), TableKeys.Holder(code, features.CreatedAt, id))),
            cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < codes.Count; i++)
        {
            // When a deleted license goes for good, its notes go before its state.
            if (features.Features[codes[i]].All(span => span.From <= settled && !(span.Until > settled))
                && (notes[i] is { } note ? !Says(note, features, codes[i]) : !state.Deleted))
            {
                differences.Add($"{id}: it is not noted with its tenant as it has or had the feature {codes[i]}");
            }
        }

        return differences;
    }

    // The rows are read last, so none is older than what it is compared with: no time has to pass before this counts.
    private async ValueTask<List<string>> OfListsAsync(
        TableEntity own, LicenseRecord license, LicenseState state, CancellationToken cancellationToken)
    {
        var (differences, note) = (new List<string>(), new ListNote
        {
            License = license,
            Revision = DirectoryRow.RevisionOf(own),
            State = state,
        });
        foreach (var row in LicenseIndex.ListRowsOf(license.TenantId, license.Id))
        {
            if (await tables.FindAsync(row.Table, row.Partition, row.Row, cancellationToken).ConfigureAwait(false) is { } listed
                && ListNotes.Difference(listed, note) is { } other)
            {
                differences.Add($"{license.Id}: {(row.Table == TableKeys.Tenants ? "the list of its tenant" : "the list of all")} shows {other}");
            }
        }

        return differences;
    }

    /// <summary>What differs of some licenses, seen from their own rows in the directory.</summary>
    public async ValueTask<IReadOnlyList<string>> OfLicensesAsync(
        IReadOnlyList<TableEntity> rows, CancellationToken cancellationToken)
    {
        var differences = new List<string>();
        var licenses = new List<LicenseRecord>(rows.Count);
        foreach (var row in rows)
        {
            if (!TryRead(row, out var license, out var fault))
            {
                differences.Add($"{row.PartitionKey}: its row in the directory cannot be read: {fault}");
            }
            else if (row.PartitionKey != TableKeys.Text(license.Id))
            {
                differences.Add($"{row.PartitionKey}: its row in the directory is that of {license.Id}");
            }
            else
            {
                licenses.Add(license);
            }
        }

        var missing = await MissingAsync(licenses, cancellationToken).ConfigureAwait(false);
        if (missing.Count > 0)
        {
            // Those that were rotated or deleted since they were read have lost rows rightly, and have others.
            var again = licenses.Where(license => missing.Any(row => row.LicenseId == license.Id)).ToList();
            missing = await MissingAsync(await ReadAgainAsync(again, cancellationToken).ConfigureAwait(false), cancellationToken)
                .ConfigureAwait(false);
        }

        return [.. differences, .. missing.Select(row => $"{row.LicenseId}: {Missing(row.Table)}")];
    }

    // All rows of one index, then of the next: each license has one row in each; a deleted one has one with its tenant.
    private async ValueTask<List<IndexRow>> MissingAsync(IReadOnlyList<LicenseRecord> licenses, CancellationToken cancellationToken)
    {
        var missing = new List<IndexRow>();
        foreach (var expected in licenses.SelectMany(LicenseIndex.RowsOf).GroupBy(row => row.Table))
        {
            var those = expected.ToList();
            var found = await tables.FindEachAsync(expected.Key, those.Select(row => (row.Partition, row.Row)), cancellationToken)
                .ConfigureAwait(false);
            missing.AddRange(
                from pair in those.Zip(found)
                where pair.Second is null || LicenseIndex.Read(expected.Key, pair.Second) != pair.First
                select pair.First);
        }

        return missing;
    }

    private async ValueTask<List<LicenseRecord>> ReadAgainAsync(
        IReadOnlyList<LicenseRecord> licenses, CancellationToken cancellationToken)
    {
        var rows = await tables.FindEachAsync(
            TableKeys.Licenses, licenses.Select(license => (TableKeys.Text(license.Id), TableKeys.LicenseRow)), cancellationToken)
            .ConfigureAwait(false);
        return [.. rows.OfType<TableEntity>().Select(row => TryRead(row, out var license, out _) ? license : null).OfType<LicenseRecord>()];
    }

    private async ValueTask<(IReadOnlyList<string> Differences, int Leftovers)> FromIndexAsync(
        string table, IReadOnlyList<TableEntity> rows, CancellationToken cancellationToken)
    {
        var (differences, leftovers) = (new List<string>(), 0);
        var led = rows.Select(row => LicenseIndex.Read(table, row)).ToList();
        var found = await tables.FindEachAsync(
            TableKeys.Licenses, led.Select(row => (TableKeys.Text(row.LicenseId), TableKeys.LicenseRow)), cancellationToken)
            .ConfigureAwait(false);
        for (var i = 0; i < rows.Count; i++)
        {
            // One that cannot be read was told from its own side; and one that is young may be on its way to a license.
            var license = found[i] is { } row && TryRead(row, out var read, out _) ? read : null;
            if ((found[i] is not null && license is null) || (license is not null && led[i].LeadsTo(license))
                || !index.IsLeftover(rows[i]))
            {
                continue;
            }

            if (license is { Deleted: true } || (license is not null && table == TableKeys.LicenseKeys))
            {
                // What a deletion or a rotation that broke off has left.
                leftovers++;
            }
            else
            {
                differences.Add(
                    $"{led[i].LicenseId}: a row in {table} ({rows[i].PartitionKey}, {rows[i].RowKey}) leads to it, "
                    + (license is null ? "and there is no such license" : "and it is not the license's"));
            }
        }

        return (differences, leftovers);
    }

    // Notes of features are made before a new license's own row, and go before its state. So a note is wrong only where both are missing.
    private async ValueTask<IReadOnlyList<string>> FromNotesAsync(IReadOnlyList<TableEntity> rows, CancellationToken cancellationToken)
    {
        var noted = rows.Where(index.IsLeftover).Select(row => (row.PartitionKey, License: FeatureNotes.LicenseKeyOf(row)))
            .Distinct().ToList();
        var missing = await WithoutAsync(TableKeys.Licenses, TableKeys.LicenseRow, noted, cancellationToken).ConfigureAwait(false);
        missing = await WithoutAsync(TableKeys.Meters, TableKeys.StateRow, missing, cancellationToken).ConfigureAwait(false);
        return
        [
            .. missing.Select(one => $"{one.License}: features of it are noted with tenant {one.Tenant}, and there is no such license"),
        ];
    }

    private async ValueTask<List<(string Tenant, string License)>> WithoutAsync(
        string table, string row, List<(string Tenant, string License)> noted, CancellationToken cancellationToken)
    {
        var found = await tables.FindEachAsync(table, noted.Select(one => (one.License, row)), cancellationToken).ConfigureAwait(false);
        return [.. noted.Where((_, i) => found[i] is null)];
    }

    private static string Missing(string table) => table switch
    {
        TableKeys.LicenseKeys => "its key does not lead to it",
        TableKeys.Tenants => "it is not among the licenses of its tenant",
        _ => "it is not among the licenses that are not deleted",
    };

    private static bool Says(TableEntity note, LicenseFeatures features, string code)
    {
        try
        {
            return FeatureNotes.Read(note) is var holder
                && (holder.LicenseId, holder.CreatedAt) == (features.LicenseId, features.CreatedAt)
                && holder.Spans.AsSpan().SequenceEqual(features.Features[code].AsSpan());
        }
        catch (Exception damage) when (IsDamage(damage))
        {
            return false;
        }
    }

    private static bool TryRead(TableEntity row, out LicenseRecord license, out string fault)
    {
        try
        {
            (license, fault) = (DirectoryRow.Read(row), "");
            return license is not null;
        }
        catch (Exception damage) when (IsDamage(damage))
        {
            (license, fault) = (null!, damage.Message);
            return false;
        }
    }

    // What a damaged text, or a column that is missing, makes of reading it.
    private static bool IsDamage(Exception damage) =>
        damage is JsonException or ArgumentException or FormatException or InvalidOperationException;

    private static (int Table, string? Continuation) Read(string? place)
    {
        if (place is null)
        {
            return (0, null);
        }

        return place.Split(' ', 2) is [var number, var continuation]
            && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var table) && table < Order.Length
            ? (table, continuation.Length == 0 ? null : continuation)
            : throw new FormatException("The place is not one that this check gave.");
    }
}
