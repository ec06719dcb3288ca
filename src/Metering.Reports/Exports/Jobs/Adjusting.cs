namespace Metering.Reports;

/// <summary>Gathers what changed since a provisional file, and writes what a manifest has no room for to a file of its own.</summary>
internal sealed class Adjusting : IAsyncDisposable
{
    private readonly ExportJob _before;
    private readonly AdjustmentBook _book;
    private readonly Func<FileMark?, CancellationToken, ValueTask<OutputFile>> _open;
    private OutputFile? _file;

    private Adjusting(ReportRows report, IRowReader rows, ExportJob before, IExportSink sink, ExportJob final)
    {
        _before = before;
        _open = (mark, cancellationToken) => OutputFile.OpenAsync(
            sink, ExportNames.Adjustments(final, ExportState.Final), final.Id, mark, cancellationToken);
        _book = new AdjustmentBook(report, rows, token => OpenRestAsync(null, token));
    }

    /// <summary>Begins, or goes on.</summary>
    internal static async ValueTask<Adjusting> OpenAsync(
        ReportRows report, IRowReader rows, ExportJob before, IExportSink sink, ExportJob final, AdjustmentMark? mark,
        CancellationToken cancellationToken)
    {
        var adjusting = new Adjusting(report, rows, before, sink, final);
        if (mark is not null)
        {
            var rest = mark.Rest is null ? null : await adjusting.OpenRestAsync(mark.Rest, cancellationToken).ConfigureAwait(false);
            await adjusting._book.ResumeAsync(mark, rest, cancellationToken).ConfigureAwait(false);
        }

        return adjusting;
    }

    internal ValueTask TakeAsync(string licenseId, RowCount count, CancellationToken cancellationToken) =>
        _book.TakeAsync(licenseId, count, cancellationToken);

    /// <summary>Puts it by.</summary>
    internal async ValueTask<AdjustmentMark> SuspendAsync(CancellationToken cancellationToken)
    {
        if (_file is null)
        {
            return _book.Suspend(null);
        }

        await _book.Rest!.SuspendAsync(cancellationToken).ConfigureAwait(false);
        return _book.Suspend(await _file.SuspendAsync(cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Ends it, and publishes the file with the rest.</summary>
    internal async ValueTask<ExportAdjustments> CompleteAsync(List<string> published, CancellationToken cancellationToken)
    {
        await _book.CompleteAsync(cancellationToken).ConfigureAwait(false);
        ExportedFile? rest = null;
        if (_file is not null)
        {
            await _file.PublishAsync(cancellationToken).ConfigureAwait(false);
            published.Add(_file.Name);
            rest = await _file.DescribeAsync(cancellationToken).ConfigureAwait(false);
        }

        return new ExportAdjustments(_before.Id, _before.File!, _book.Count, _book.Items, rest);
    }

    public ValueTask DisposeAsync() => _file is null ? ValueTask.CompletedTask : _file.DisposeAsync();

    private async ValueTask<IRowWriter> OpenRestAsync(FileMark? mark, CancellationToken cancellationToken)
    {
        _file = await _open(mark, cancellationToken).ConfigureAwait(false);
        return await ExportFormats.WriteAsync(
            _file.Content, ExportFormat.Jsonl, ExportCompression.None, AdjustmentBook.Columns, cancellationToken,
            mark is null ? null : ReadOnlyMemory<byte>.Empty).ConfigureAwait(false);
    }
}
