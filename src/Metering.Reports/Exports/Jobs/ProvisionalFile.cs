namespace Metering.Reports;

/// <summary>The provisional file of the span that a final export is of, proven to be as it was written.</summary>
internal sealed class ProvisionalFile : IAsyncDisposable
{
    private readonly ExportJob _job;
    private readonly Stream _stream;
    private readonly IRowReader _rows;

    private ProvisionalFile(ExportJob job, Stream stream, IRowReader rows) => (_job, _stream, _rows) = (job, stream, rows);

    /// <summary>Opens it; null when there is none, or it was taken away: then nobody goes by it.</summary>
    /// <param name="sink">Where it is.</param>
    /// <param name="jobs">The exports, among which its own is looked for.</param>
    /// <param name="final">The final export.</param>
    /// <param name="report">What its rows are.</param>
    /// <param name="isProven">
    /// Whether a part of the final export before this one has proven it: to read all of it for each part would be slow.
    /// </param>
    /// <param name="cancellationToken">Stops it.</param>
    internal static async ValueTask<ProvisionalFile?> OpenAsync(
        IExportSink sink, IExportJobs jobs, ExportJob final, ReportRows report, bool isProven, CancellationToken cancellationToken)
    {
        if (final.State != ExportState.Final || await FindAsync(jobs, final, cancellationToken).ConfigureAwait(false) is not { } job
            || await sink.OpenAsync(job.File!.Name, cancellationToken).ConfigureAwait(false) is not { } stream)
        {
            return null;
        }

        try
        {
            if (isProven ? stream.Length != job.File.Bytes
                : await ManifestFiles.OfAsync(job.File.Name, stream, cancellationToken).ConfigureAwait(false) != job.File)
            {
                throw new ExportFailedException(
                    ExportFailure.ProvisionalChanged,
                    $"The provisional file {job.File.Name} is not as it was written, so what changed since can't be worked out. Delete export {job.Id}, and export the span again.");
            }

            stream.Position = 0;
            return new ProvisionalFile(
                job,
                stream,
                await ExportFormats.ReadAsync(stream, job.Order.Format, job.Order.Compress, report.Columns, cancellationToken)
                    .ConfigureAwait(false));
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Compares it with the final rows, while these are written.</summary>
    internal ValueTask<Adjusting> CompareAsync(
        ReportRows report, IExportSink sink, ExportJob final, AdjustmentMark? mark, CancellationToken cancellationToken) =>
        Adjusting.OpenAsync(report, _rows, _job, sink, final, mark, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _rows.DisposeAsync().ConfigureAwait(false);
        await _stream.DisposeAsync().ConfigureAwait(false);
    }

    // The newest one: each tells all that was known by then.
    private static async ValueTask<ExportJob?> FindAsync(IExportJobs jobs, ExportJob final, CancellationToken cancellationToken)
    {
        string? cursor = null;
        do
        {
            var page = await jobs.ListAsync(cursor, Page<ExportJob>.MaxSize, cancellationToken).ConfigureAwait(false);
            if (page.Items.FirstOrDefault(job => job is { Status: ExportStatus.Done, State: ExportState.Provisional }
                && job.Order.HasRowsOf(final.Order)) is { } found)
            {
                return found;
            }

            cursor = page.NextCursor;
        }
        while (cursor is not null);
        return null;
    }
}
