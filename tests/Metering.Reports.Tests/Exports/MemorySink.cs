namespace Metering.Reports.Tests.Exports;

/// <summary>Files in memory.</summary>
internal sealed class MemorySink : IExportSink
{
    public SortedDictionary<string, byte[]> Files { get; } = new(StringComparer.Ordinal);

    /// <summary>How many bytes there is room for in all files that are begun.</summary>
    public long Room { get; set; } = long.MaxValue;

    /// <summary>The file whose publishing fails; null: none.</summary>
    public Func<string, bool> FailsToPublish { get; set; } = _ => false;

    /// <summary>Files that were begun and are neither published nor taken away.</summary>
    public int Begun { get; private set; }

    public ValueTask<IExportFile> CreateAsync(string name, string exportId, CancellationToken cancellationToken)
    {
        Begun++;
        return ValueTask.FromResult<IExportFile>(new BegunFile(this, name));
    }

    public ValueTask<Stream?> OpenAsync(string name, CancellationToken cancellationToken) =>
        ValueTask.FromResult<Stream?>(Files.TryGetValue(name, out var bytes) ? new MemoryStream(bytes) : null);

    public ValueTask RemoveAsync(string name, CancellationToken cancellationToken)
    {
        Files.Remove(name);
        return ValueTask.CompletedTask;
    }

    public ExportFailedException? Explain(Exception fault) =>
        fault is IOException ? new ExportFailedException(ExportFailure.DiskFull, fault.Message) : null;

    public string LocationOf(string name) => "memory:" + name;

    private sealed class BegunFile(MemorySink sink, string name) : IExportFile
    {
        private readonly NarrowStream _content = new(sink);
        private bool _isOver;

        public Stream Content => _content;

        public ValueTask PublishAsync(CancellationToken cancellationToken)
        {
            if (sink.FailsToPublish(name))
            {
                throw new ExportFailedException(ExportFailure.NotWritable, "It cannot be published.");
            }

            sink.Files[name] = _content.ToArray();
            return DisposeAsync();
        }

        public ValueTask DisposeAsync()
        {
            sink.Begun -= _isOver ? 0 : 1;
            _isOver = true;
            return ValueTask.CompletedTask;
        }
    }

    private sealed class NarrowStream(MemorySink sink) : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => Write(buffer.ToArray(), 0, buffer.Length);

        public override void Write(byte[] buffer, int offset, int count)
        {
            sink.Room -= count;
            if (sink.Room < 0)
            {
                throw new IOException("There is no room left.");
            }

            base.Write(buffer, offset, count);
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Write(buffer.Span);
            return ValueTask.CompletedTask;
        }
    }
}
