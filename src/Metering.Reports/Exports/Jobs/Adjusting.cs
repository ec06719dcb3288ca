namespace Metering.Reports;

/// <summary>Gathers what changed since a provisional file, and writes what a manifest has no room for to a file of its own.</summary>
internal sealed class Adjusting : IAsyncDisposable
{
    private readonly ExportJob _before;
    private readonly string _name;
    private readonly AdjustmentBook _book;
    private IExportFile? _file;
    private HashedStream? _hashed;

    internal Adjusting(ReportRows report, IRowReader rows, ExportJob before, IExportSink sink, ExportJob final)
    {
        _before = before;
        _name = ExportNames.Adjustments(final, ExportState.Final);
        _book = new AdjustmentBook(report, rows, OpenRestAsync);

        async ValueTask<IRowWriter> OpenRestAsync(CancellationToken cancellationToken)
        {
            _file = await sink.CreateAsync(_name, final.Id, cancellationToken).ConfigureAwait(false);
            _hashed = new HashedStream(_file.Content);
            return await ExportFormats.WriteAsync(
                _hashed, ExportFormat.Jsonl, ExportCompression.None, AdjustmentBook.Columns, cancellationToken).ConfigureAwait(false);
        }
    }

    internal ValueTask TakeAsync(string licenseId, RowCount count, CancellationToken cancellationToken) =>
        _book.TakeAsync(licenseId, count, cancellationToken);

    /// <summary>Ends it, and publishes the file with the rest.</summary>
    internal async ValueTask<ExportAdjustments> CompleteAsync(List<string> published, CancellationToken cancellationToken)
    {
        await _book.CompleteAsync(cancellationToken).ConfigureAwait(false);
        if (_file is not null)
        {
            await _file.PublishAsync(cancellationToken).ConfigureAwait(false);
            published.Add(_name);
        }

        return new ExportAdjustments(_before.Id, _before.File!, _book.Count, _book.Items, _hashed?.ToFile(_name));
    }

    public async ValueTask DisposeAsync()
    {
        if (_hashed is not null)
        {
            await _hashed.DisposeAsync().ConfigureAwait(false);
        }

        if (_file is not null)
        {
            await _file.DisposeAsync().ConfigureAwait(false);
        }
    }
}
