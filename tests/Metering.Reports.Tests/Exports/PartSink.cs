using System.Text.Json;

namespace Metering.Reports.Tests.Exports;

/// <summary>Files in memory that may be written in parts; checkpoints are kept as JSON.</summary>
internal sealed class PartSink(MemorySink files) : IExportSink, IExportParts
{
    private readonly Dictionary<string, byte[]> _suspended = [];

    /// <summary>The checkpoints of exports that are not over.</summary>
    public Dictionary<string, string> Checkpoints { get; } = [];

    /// <summary>Is asked before each write; what it throws interrupts it.</summary>
    public Action Before { get; set; } = () => { };

    public ValueTask<IPartFile> ContinueAsync(string name, string exportId, string? mark, CancellationToken cancellationToken)
    {
        var content = new InterruptedStream(this);
        content.Begin(mark is null ? [] : _suspended[mark]);
        return ValueTask.FromResult<IPartFile>(new PartFile(this, name, content));
    }

    public async ValueTask<IExportFile> CreateAsync(string name, string exportId, CancellationToken cancellationToken) =>
        await ContinueAsync(name, exportId, null, cancellationToken);

    public ValueTask<ExportCheckpoint?> FindAsync(string exportId, CancellationToken cancellationToken) => ValueTask.FromResult(
        Checkpoints.TryGetValue(exportId, out var json) ? JsonSerializer.Deserialize(json, ManifestJson.Default.ExportCheckpoint) : null);

    public ValueTask KeepAsync(string exportId, ExportCheckpoint checkpoint, CancellationToken cancellationToken)
    {
        Checkpoints[exportId] = JsonSerializer.Serialize(checkpoint, ManifestJson.Default.ExportCheckpoint);
        return ValueTask.CompletedTask;
    }

    public ValueTask ForgetAsync(string exportId, CancellationToken cancellationToken)
    {
        Checkpoints.Remove(exportId);
        return ValueTask.CompletedTask;
    }

    public ValueTask<Stream?> OpenAsync(string name, CancellationToken cancellationToken) => files.OpenAsync(name, cancellationToken);

    public ValueTask RemoveAsync(string name, CancellationToken cancellationToken) => files.RemoveAsync(name, cancellationToken);

    public ExportFailedException? Explain(Exception fault) => files.Explain(fault);

    public string LocationOf(string name) => files.LocationOf(name);

    private sealed class PartFile(PartSink sink, string name, InterruptedStream content) : IPartFile
    {
        public Stream Content => content;

        public ValueTask PublishAsync(CancellationToken cancellationToken) => sink.Publish(name, content.ToArray());

        public ValueTask<string> SuspendAsync(CancellationToken cancellationToken)
        {
            var mark = $"{name} {sink._suspended.Count}";
            sink._suspended[mark] = content.ToArray();
            return ValueTask.FromResult(mark);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private ValueTask Publish(string name, byte[] bytes)
    {
        files.Files[name] = bytes;
        return ValueTask.CompletedTask;
    }

    private sealed class InterruptedStream(PartSink sink) : MemoryStream
    {
        public void Begin(byte[] before) => base.Write(before, 0, before.Length);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            sink.Before();
            base.Write(buffer.Span);
            return ValueTask.CompletedTask;
        }
    }
}
