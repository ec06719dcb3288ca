namespace Metering.Reports;

/// <summary>One attempt to write an export's file and manifest.</summary>
internal sealed class ExportWriting(
    ExportSources sources, IExportSink sink, IExportJobs jobs, TimeProvider time, ExportJob job)
{
    private static readonly TimeSpan TellEvery = TimeSpan.FromSeconds(1);
    private static readonly string Software = $"MeterFunctions {typeof(ExportWriting).Assembly.GetName().Version!.ToString(3)}";

    private readonly ExportState _state = job.State!.Value;
    private readonly string _name = ExportNames.Of(job, job.State!.Value);
    private readonly List<string> _published = [];
    private long _toldAt = time.GetTimestamp();
    private long _rows;
    private long _licenses;
    private long? _total;

    /// <summary>Writes them.</summary>
    /// <returns>The export with its file and numbers; its status is the caller's.</returns>
    internal async Task<ExportJob> RunAsync(CancellationToken cancellationToken)
    {
        if (await FindOwnAsync(cancellationToken).ConfigureAwait(false) is { } written)
        {
            return Done(written);
        }

        if (await sources.Scan.KeptFromAsync(cancellationToken).ConfigureAwait(false) is { } kept && kept > job.Order.Span.From)
        {
            throw new ExportFailedException(
                ExportFailure.EvidenceRemoved, $"The evidence from before {kept:yyyy-MM-dd'T'HH:mm:ss'Z'} was removed.");
        }

        try
        {
            return Done(await WriteAsync(cancellationToken).ConfigureAwait(false));
        }
        catch
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
            : job.Attempts > 1 && manifest is null ? null
            : throw new ExportFailedException(
                ExportFailure.FileExists, $"There is a file {_name} already. Take it away, or give exports a name with {{id}} in it.");
    }

    private async ValueTask<ExportManifest> WriteAsync(CancellationToken cancellationToken)
    {
        var report = sources.RowsOf(job.Order.Report, job.StartedAt!.Value);
        await CountAsync(cancellationToken).ConfigureAwait(false);
        await using var provisional = await ProvisionalFile.OpenAsync(sink, jobs, job, report, cancellationToken).ConfigureAwait(false);
        await using var book = provisional?.Compare(report, sink, job);
        await using var file = await sink.CreateAsync(_name, job.Id, cancellationToken).ConfigureAwait(false);
        using var hashed = new HashedStream(file.Content);
        using var positions = new LedgerPositions();
        var totals = new FeatureTotals();
        var rows = await ExportFormats.WriteAsync(hashed, job.Order.Format, job.Order.Compress, report.Columns, cancellationToken)
            .ConfigureAwait(false);
        await WriteRowsAsync(report, rows, totals, positions, book, cancellationToken).ConfigureAwait(false);
        await rows.CompleteAsync(cancellationToken).ConfigureAwait(false);

        var adjusted = book is null ? null : await book.CompleteAsync(_published, cancellationToken).ConfigureAwait(false);
        await file.PublishAsync(cancellationToken).ConfigureAwait(false);
        _published.Add(_name);
        var covered = report.Covered(job.Order.Span);
        var manifest = new ExportManifest
        {
            Software = Software,
            ExportId = job.Id,
            Report = job.Order.Report,
            TenantId = job.Order.TenantId,
            From = job.Order.Span.From,
            To = job.Order.Span.To,
            State = _state,
            CreatedAt = job.StartedAt!.Value,
            Format = job.Order.Format,
            Compress = job.Order.Compress,
            File = hashed.ToFile(_name),
            Rows = _rows,
            Totals = totals.ToList(),
            Ledger = new CoveredLedger(covered.From, covered.To, positions.Licenses, positions.Entries, positions.Digest()),
            Adjustments = adjusted,
        };
        await WriteManifestAsync(manifest, cancellationToken).ConfigureAwait(false);
        return manifest;
    }

    private async ValueTask WriteRowsAsync(
        ReportRows report, IRowWriter rows, FeatureTotals totals, LedgerPositions positions, Adjusting? book,
        CancellationToken cancellationToken)
    {
        var row = new ExportRow(report.Columns);
        await foreach (var licenses in sources.LicensesAsync(job.Order.TenantId, cancellationToken).ConfigureAwait(false))
        {
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

                _rows += part.Count;
                await TellAsync(cancellationToken).ConfigureAwait(false);
            }

            _licenses += licenses.Count;
            await TellAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask WriteManifestAsync(ExportManifest manifest, CancellationToken cancellationToken)
    {
        await using var file = await sink.CreateAsync(ExportNames.Manifest(_name), job.Id, cancellationToken).ConfigureAwait(false);
        await ManifestFiles.WriteAsync(file.Content, manifest, cancellationToken).ConfigureAwait(false);
        await file.PublishAsync(cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask CountAsync(CancellationToken cancellationToken)
    {
        var total = 0L;
        await foreach (var licenses in sources.LicensesAsync(job.Order.TenantId, cancellationToken).ConfigureAwait(false))
        {
            total += licenses.Count;
        }

        _total = total;
    }

    // Telling is also asking: the answer says whether somebody wants it to stop.
    private async ValueTask TellAsync(CancellationToken cancellationToken)
    {
        if (time.GetElapsedTime(_toldAt) < TellEvery)
        {
            return;
        }

        var known = await jobs.ChangeAsync(
            job.Id,
            one => one.Status == ExportStatus.Running
                ? one with { Rows = _rows, LicensesDone = _licenses, LicensesTotal = _total }
                : one,
            cancellationToken).ConfigureAwait(false);
        _toldAt = time.GetTimestamp();
        if (known?.Status != ExportStatus.Running)
        {
            throw new ExportStoppedException();
        }
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

    private ExportJob Done(ExportManifest manifest) => job with
    {
        Rows = manifest.Rows,
        LicensesDone = _total ?? job.LicensesDone,
        LicensesTotal = _total,
        File = manifest.File,
        AdjustmentsName = manifest.Adjustments?.File?.Name,
    };
}
