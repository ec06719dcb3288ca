namespace Metering.Reports;

/// <summary>One attempt to write an export's file and manifest, or a part of them.</summary>
/// <param name="sources">From where its rows are.</param>
/// <param name="sink">Where its files are.</param>
/// <param name="progress">Is told how far it is, and says when it is time to stop.</param>
/// <param name="job">The export.</param>
/// <param name="before">From where it goes on; null: it begins.</param>
internal sealed class ExportWriting(
    ExportSources sources, IExportSink sink, ExportProgress progress, ExportJob job, ExportCheckpoint? before)
{
    private static readonly string Software = $"MeterFunctions {typeof(ExportWriting).Assembly.GetName().Version!.ToString(3)}";

    private readonly ExportState _state = job.State!.Value;
    private readonly string _name = ExportNames.Of(job, job.State!.Value);
    private readonly DateTimeOffset _startedAt = before?.StartedAt ?? job.StartedAt!.Value;
    private readonly List<string> _published = [];
    private string? _doneId = before?.DoneId;
    private long _done = before?.LicensesDone ?? 0;

    /// <summary>Writes them.</summary>
    /// <returns>What it came to.</returns>
    internal async Task<ExportWritten> RunAsync(CancellationToken cancellationToken)
    {
        if (await FindOwnAsync(cancellationToken).ConfigureAwait(false) is { } written)
        {
            return new ExportWritten(written, null);
        }

        await RequireEvidenceAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await WriteAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is not ExportOvertakenException)
        {
            await TakeBackAsync().ConfigureAwait(false);
            throw;
        }
    }

    // The last attempt may have published all, and died before it could say so.
    private async ValueTask<ExportManifest?> FindOwnAsync(CancellationToken cancellationToken)
    {
        var file = await sink.OpenAsync(_name, cancellationToken).ConfigureAwait(false);
        if (file is null)
        {
            return null;
        }

        await file.DisposeAsync().ConfigureAwait(false);
        var stream = await sink.OpenAsync(ExportNames.Manifest(_name), cancellationToken).ConfigureAwait(false);
        ExportManifest? manifest = null;
        if (stream is not null)
        {
            await using (stream)
            {
                manifest = await ManifestFiles.ReadAsync(stream, cancellationToken).ConfigureAwait(false);
            }
        }

        return manifest?.ExportId == job.Id ? manifest
            : (job.Attempts > 1 || job.IsRetry) && manifest is null ? null
            : throw new ExportFailedException(
                ExportFailure.FileExists, $"There is a file {_name} already. Take it away, or give exports a name with {{id}} in it.");
    }

    private async ValueTask<ExportWritten> WriteAsync(CancellationToken cancellationToken)
    {
        var report = sources.RowsOf(job.Order.Report, _startedAt);
        (progress.Rows, progress.Licenses) = (before?.Rows ?? 0, before is null ? 0 : Math.Max(_done, job.LicensesDone));
        progress.Total = before?.LicensesTotal ?? await CountAsync(cancellationToken).ConfigureAwait(false);

        // One that was not compared from the first row on is not compared at all.
        await using var provisional = before is { Adjustments: null }
            ? null
            : await ProvisionalFile.OpenAsync(sink, progress.Jobs, job, report, before is not null, cancellationToken)
                .ConfigureAwait(false);
        await using var book = provisional is null
            ? null
            : await provisional.CompareAsync(report, sink, job, before?.Adjustments, cancellationToken).ConfigureAwait(false);
        await using var file = await OutputFile.OpenAsync(sink, _name, job.Id, before?.File, cancellationToken).ConfigureAwait(false);
        var positions = new LedgerPositions(before?.Ledger);
        var totals = new FeatureTotals(before?.Totals ?? []);
        var rows = await ExportFormats.WriteAsync(
            file.Content, job.Order.Format, job.Order.Compress, report.Columns, cancellationToken, before?.Tail).ConfigureAwait(false);
        if (!await WriteRowsAsync(report, rows, totals, positions, book, cancellationToken).ConfigureAwait(false))
        {
            var tail = await rows.SuspendAsync(cancellationToken).ConfigureAwait(false);
            return new ExportWritten(null, new ExportCheckpoint
            {
                StartedAt = _startedAt,
                DoneId = _doneId,
                Rows = progress.Rows,
                LicensesDone = _done,
                LicensesTotal = progress.Total,
                Totals = totals.ToList(),
                Ledger = positions.Suspend(),
                File = await file.SuspendAsync(cancellationToken).ConfigureAwait(false),
                Tail = tail,
                Adjustments = book is null ? null : await book.SuspendAsync(cancellationToken).ConfigureAwait(false),
            });
        }

        await rows.CompleteAsync(cancellationToken).ConfigureAwait(false);

        // Again, because retention may have come while the rows were read.
        await RequireEvidenceAsync(cancellationToken).ConfigureAwait(false);

        // Two runs that both think that the export is theirs must not publish one's file and the other's manifest.
        await progress.TellNowAsync(cancellationToken).ConfigureAwait(false);
        var adjusted = book is null ? null : await book.CompleteAsync(_published, cancellationToken).ConfigureAwait(false);
        await file.PublishAsync(cancellationToken).ConfigureAwait(false);
        _published.Add(_name);
        var described = await file.DescribeAsync(cancellationToken).ConfigureAwait(false);
        var manifest = Manifest(described, report.Covered(job.Order.Span), totals, positions, adjusted);
        await WriteManifestAsync(manifest, cancellationToken).ConfigureAwait(false);
        return new ExportWritten(manifest, null);
    }

    private async ValueTask RequireEvidenceAsync(CancellationToken cancellationToken)
    {
        if (await sources.Scan.KeptFromAsync(cancellationToken).ConfigureAwait(false) is { } kept && kept > job.Order.Span.From)
        {
            throw new ExportFailedException(
                ExportFailure.EvidenceRemoved, $"The evidence from before {kept:yyyy-MM-dd'T'HH:mm:ss'Z'} was removed.");
        }
    }

    private ExportManifest Manifest(
        ExportedFile file, ExportSpan covered, FeatureTotals totals, LedgerPositions positions, ExportAdjustments? adjusted) => new()
    {
        Software = Software,
        ExportId = job.Id,
        Report = job.Order.Report,
        TenantId = job.Order.TenantId,
        From = job.Order.Span.From,
        To = job.Order.Span.To,
        State = _state,
        CreatedAt = _startedAt,
        Format = job.Order.Format,
        Compress = job.Order.Compress,
        File = file,
        Rows = progress.Rows,
        Totals = totals.ToList(),
        Ledger = new CoveredLedger(covered.From, covered.To, positions.Licenses, positions.Entries, positions.Digest()),
        Adjustments = adjusted,
    };

    // Whether all rows are written; else it is time to stop.
    private async ValueTask<bool> WriteRowsAsync(
        ReportRows report, IRowWriter rows, FeatureTotals totals, LedgerPositions positions, Adjusting? book,
        CancellationToken cancellationToken)
    {
        var row = new ExportRow(report.Columns);
        await foreach (var licenses in sources.LicensesAsync(job.Order.TenantId, _doneId, cancellationToken).ConfigureAwait(false))
        {
            // Entries are read of all these licenses first, and then their rows, where these are not the entries themselves.
            var (begin, read, whole) = (_done, 0, 0);
            await foreach (var part in report.ReadAsync(licenses, job.Order.Span, positions, cancellationToken).ConfigureAwait(false))
            {
                for (var i = 0; i < part.Count; i++)
                {
                    part.Fill(i, row);
                    await rows.WriteAsync(row, cancellationToken).ConfigureAwait(false);
                    if (report.TryCount(row, out var count))
                    {
                        totals.Add(count);
                        if (book is not null)
                        {
                            await book.TakeAsync(part.LicenseId, count, cancellationToken).ConfigureAwait(false);
                        }
                    }
                }

                progress.Rows += part.Count;
                if (part.IsWhole)
                {
                    whole = IndexOf(licenses, part.LicenseId, whole);
                    (_doneId, _done) = (part.LicenseId, begin + whole + 1);
                }
                else
                {
                    read = IndexOf(licenses, part.LicenseId, read);
                }

                progress.Licenses = Math.Max(progress.Licenses, begin + Math.Max(read, whole));
                await progress.TellAsync(cancellationToken).ConfigureAwait(false);
                if (progress.IsOver)
                {
                    return false;
                }
            }

            (_doneId, _done) = (licenses[^1].Id, begin + licenses.Count);
            progress.Licenses = _done;
            await progress.TellAsync(cancellationToken).ConfigureAwait(false);
        }

        return true;
    }

    // Parts come in the order of the licenses.
    private static int IndexOf(IReadOnlyList<LicenseRecord> licenses, string id, int from)
    {
        var index = from;
        while (licenses[index].Id != id)
        {
            index++;
        }

        return index;
    }

    private async ValueTask WriteManifestAsync(ExportManifest manifest, CancellationToken cancellationToken)
    {
        await using var file = await sink.CreateAsync(ExportNames.Manifest(_name), job.Id, cancellationToken).ConfigureAwait(false);
        await ManifestFiles.WriteAsync(file.Content, manifest, cancellationToken).ConfigureAwait(false);
        await file.PublishAsync(cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<long> CountAsync(CancellationToken cancellationToken)
    {
        var total = 0L;
        await foreach (var licenses in sources.LicensesAsync(job.Order.TenantId, null, cancellationToken).ConfigureAwait(false))
        {
            total += licenses.Count;
        }

        return total;
    }

    // A file without its manifest would be taken for one that is whole.
    private async ValueTask TakeBackAsync()
    {
        try
        {
            foreach (var name in _published)
            {
                await sink.RemoveAsync(name, CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (Exception fault) when (fault is ExportFailedException || sink.Explain(fault) is not null)
        {
            // Why the export failed is what must be told. The next attempt replaces the file, because no manifest is beside it.
        }
    }
}
