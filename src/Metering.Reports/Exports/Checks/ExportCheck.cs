namespace Metering.Reports;

/// <summary>
/// Proves a file: that it is the one that its manifest is of, and that it says, row by row, what the ledger gives for the same span.
/// </summary>
/// <param name="sources">Where the evidence is.</param>
/// <param name="tell">Takes the first differences, in words.</param>
public sealed class ExportCheck(ExportSources sources, Action<string> tell)
{
    /// <summary>Most differences that are told in words; the rest is counted.</summary>
    public const int MaxTold = 20;

    private long _differences;
    private long _changed;

    /// <summary>Checks a file.</summary>
    /// <param name="file">The file; it can seek.</param>
    /// <param name="manifest">Its manifest.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<ExportFindings> RunAsync(Stream file, ExportManifest manifest, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(manifest);
        var found = await ManifestFiles.OfAsync(manifest.File.Name, file, cancellationToken).ConfigureAwait(false);
        if (found.Bytes != manifest.File.Bytes)
        {
            Differ($"The file has {found.Bytes} bytes; the manifest says {manifest.File.Bytes}.");
        }

        if (found.Sha256 != manifest.File.Sha256)
        {
            Differ($"The file's SHA-256 is {found.Sha256}; the manifest says {manifest.File.Sha256}.");
        }

        if (await IsRemovedAsync(manifest, "so the rows can't be compared with it any more", cancellationToken).ConfigureAwait(false))
        {
            return new ExportFindings(_differences, 0, 0);
        }

        file.Position = 0;
        var rows = 0L;
        try
        {
            rows = await CompareAsync(file, manifest, cancellationToken).ConfigureAwait(false);
        }
        catch (ExportFileException e)
        {
            Differ(e.Message);
        }

        // Retention may have come while the rows were compared: then it may be what made them differ.
        await IsRemovedAsync(manifest, "perhaps during this check; differences above may come from that", cancellationToken)
            .ConfigureAwait(false);
        return new ExportFindings(_differences, _changed, rows);
    }

    private async Task<bool> IsRemovedAsync(ExportManifest manifest, string so, CancellationToken cancellationToken)
    {
        if (await sources.Scan.KeptFromAsync(cancellationToken).ConfigureAwait(false) is not { } kept || kept <= manifest.From)
        {
            return false;
        }

        Differ($"The evidence from before {kept:yyyy-MM-dd'T'HH:mm:ss'Z'} was removed, {so}.");
        return true;
    }

    private async Task<long> CompareAsync(Stream file, ExportManifest manifest, CancellationToken cancellationToken)
    {
        // By the late window of the file and not by today's: it may have been changed since.
        var lateWindow = manifest.Ledger.To - manifest.To;
        var report = (sources with { Rules = sources.Rules with { LateWindow = lateWindow } }).RowsOf(manifest.Report, manifest.CreatedAt);
        await using var reader = await ExportFormats.ReadAsync(
            file, manifest.Format, manifest.Compress, report.Columns, cancellationToken).ConfigureAwait(false);
        var positions = new LedgerPositions();
        var totals = new FeatureTotals();
        var (have, want, rows) = (new ExportRow(report.Columns), new ExportRow(report.Columns), 0L);
        var isThere = await NextAsync().ConfigureAwait(false);
        await foreach (var licenses in sources.LicensesAsync(manifest.TenantId, null, cancellationToken).ConfigureAwait(false))
        {
            var span = new ExportSpan(manifest.From, manifest.To);
            await foreach (var part in report.ReadAsync(licenses, span, positions, cancellationToken).ConfigureAwait(false))
            {
                for (var i = 0; i < part.Count; i++)
                {
                    part.Fill(i, want);
                    if (report.TryCount(want, out var count))
                    {
                        totals.Add(count);
                    }

                    // Both are in the order of their keys, so a row of the file that comes before the ledger's next is none of its rows.
                    while (isThere && report.Compare(have, want) < 0)
                    {
                        Stray();
                        isThere = await NextAsync().ConfigureAwait(false);
                    }

                    if (isThere && report.Compare(have, want) == 0)
                    {
                        CompareRow();
                        isThere = await NextAsync().ConfigureAwait(false);
                    }
                    else
                    {
                        Miss();
                    }
                }
            }
        }

        for (; isThere; isThere = await NextAsync().ConfigureAwait(false))
        {
            Stray();
        }

        CompareNumbers(manifest, rows, totals, positions);
        return rows;

        async ValueTask<bool> NextAsync()
        {
            var read = await reader.ReadAsync(have, cancellationToken).ConfigureAwait(false);
            rows += read ? 1 : 0;
            return read;
        }

        void CompareRow()
        {
            if (have.FirstDifference(want) is var column and >= 0)
            {
                Tell(
                    MayChange(manifest),
                    $"Row of {report.Place(want)}: {report.Columns[column].Name} is {have.Shown(column)} in the file and {want.Shown(column)} in the ledger.");
            }
        }

        void Stray() => Tell(MayChange(manifest), $"Row of {report.Place(have)}: it is in the file, but not in the ledger.");

        // New entries of a ledger whose span was still open take nothing back of what the file says.
        void Miss() => Tell(
            manifest.State == ExportState.Provisional, $"Row of {report.Place(want)}: it is in the ledger, but not in the file.");
    }

    // Entries never change; rollups do, until their late window is over.
    private static bool MayChange(ExportManifest manifest) =>
        manifest.State == ExportState.Provisional && manifest.Report != ExportReport.Ledger;

    private void CompareNumbers(ExportManifest manifest, long rows, FeatureTotals totals, LedgerPositions positions)
    {
        if (rows != manifest.Rows)
        {
            Differ($"The file has {rows} rows; the manifest says {manifest.Rows}.");
        }

        if (manifest.State == ExportState.Provisional)
        {
            return;
        }

        if (!totals.ToList().SequenceEqual(manifest.Totals))
        {
            Differ("The manifest's totals are not those of the ledger.");
        }

        var covered = (positions.Licenses, positions.Entries, positions.Digest());
        if (covered != (manifest.Ledger.Licenses, manifest.Ledger.Entries, manifest.Ledger.Digest))
        {
            Differ(
                $"The ledger has {covered.Entries} entries of {covered.Licenses} licenses for this file, the manifest says {manifest.Ledger.Entries} of {manifest.Ledger.Licenses}, or their chains differ.");
        }
    }

    private void Tell(bool mayChange, string what)
    {
        if (mayChange)
        {
            _changed++;
        }
        else
        {
            Differ(what);
        }
    }

    private void Differ(string what)
    {
        if (_differences++ < MaxTold)
        {
            tell(what);
        }
    }
}
