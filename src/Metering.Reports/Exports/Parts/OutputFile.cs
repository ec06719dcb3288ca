namespace Metering.Reports;

/// <summary>A file that an export writes, in one run or in parts.</summary>
internal sealed class OutputFile : IAsyncDisposable
{
    private readonly IExportSink _sink;
    private readonly IExportFile _file;
    private readonly HashedStream _content;
    private readonly bool _isContinued;

    private OutputFile(IExportSink sink, string name, IExportFile file, FileMark? before) =>
        (_sink, Name, _file, _content, _isContinued) =
            (sink, name, file, new HashedStream(file.Content, before?.Bytes ?? 0), before is not null);

    internal string Name { get; }

    internal Stream Content => _content;

    internal static async ValueTask<OutputFile> OpenAsync(
        IExportSink sink, string name, string exportId, FileMark? before, CancellationToken cancellationToken) => new(
            sink,
            name,
            sink is IExportParts parts
                ? await parts.ContinueAsync(name, exportId, before?.Mark, cancellationToken).ConfigureAwait(false)
                : await sink.CreateAsync(name, exportId, cancellationToken).ConfigureAwait(false),
            before);

    internal async ValueTask<FileMark> SuspendAsync(CancellationToken cancellationToken) =>
        new(await ((IPartFile)_file).SuspendAsync(cancellationToken).ConfigureAwait(false), _content.Length);

    internal ValueTask PublishAsync(CancellationToken cancellationToken) => _file.PublishAsync(cancellationToken);

    /// <summary>Its name, size and hash, once it is published.</summary>
    // A hash can't be put by in the middle. So a file that was written in parts is read once more, as the storage has it.
    internal async ValueTask<ExportedFile> DescribeAsync(CancellationToken cancellationToken)
    {
        if (!_isContinued)
        {
            return _content.ToFile(Name);
        }

        var stream = await _sink.OpenAsync(Name, cancellationToken).ConfigureAwait(false)
            ?? throw new ExportFailedException(ExportFailure.Unavailable, $"{Name} was removed before its manifest was written.");
        await using (stream)
        {
            return await ManifestFiles.OfAsync(Name, stream, cancellationToken).ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _content.DisposeAsync().ConfigureAwait(false);
        await _file.DisposeAsync().ConfigureAwait(false);
    }
}
