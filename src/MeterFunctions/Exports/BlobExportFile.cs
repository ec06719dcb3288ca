using System.Buffers.Binary;
using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Metering.Reports;

namespace MeterFunctions.Exports;

/// <summary>
/// A blob that is being written, block by block. Blocks that are never committed are nobody's file; the storage forgets them in a week.
/// </summary>
internal sealed class BlobExportFile : IExportFile
{
    // Under the name of the blob's metadata an attempt finds what an earlier one of the same export has published.
    private const string ExportId = "export_id";

    private readonly BlockBlobClient _blob;
    private readonly string _exportId;
    private readonly BlockStream _content;

    public BlobExportFile(BlockBlobClient blob, string exportId) =>
        (_blob, _exportId, _content) = (blob, exportId, new BlockStream(blob));

    /// <inheritdoc/>
    public Stream Content => _content;

    /// <inheritdoc/>
    /// <exception cref="RequestFailedException">412 or 409: another export has published a blob under the name.</exception>
    public async ValueTask PublishAsync(CancellationToken cancellationToken)
    {
        await _content.FlushAsync(cancellationToken).ConfigureAwait(false);
        await _blob.CommitBlockListAsync(
            _content.Blocks,
            new CommitBlockListOptions
            {
                Metadata = new Dictionary<string, string> { [ExportId] = _exportId },
                Conditions = await ConditionsAsync(cancellationToken).ConfigureAwait(false),
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _content.DisposeAsync();

    // What an attempt before this one has published is replaced; another export's file never is.
    private async ValueTask<BlobRequestConditions> ConditionsAsync(CancellationToken cancellationToken)
    {
        try
        {
            var found = (await _blob.GetPropertiesAsync(cancellationToken: cancellationToken).ConfigureAwait(false)).Value;
            return found.Metadata.TryGetValue(ExportId, out var id) && id == _exportId
                ? new BlobRequestConditions { IfMatch = found.ETag }
                : new BlobRequestConditions { IfNoneMatch = ETag.All };
        }
        catch (RequestFailedException missing) when (missing.Status == 404)
        {
            return new BlobRequestConditions { IfNoneMatch = ETag.All };
        }
    }

    /// <summary>Gathers what is written into blocks, and sends each one when it is full.</summary>
    // The client's own stream for writing makes an empty blob under the name first, which somebody could take for the file.
    private sealed class BlockStream(BlockBlobClient blob) : Stream
    {
        // A blob has at most 50,000 blocks, so with these it may have 200 GB.
        private const int BlockBytes = 4 * 1024 * 1024;

        private readonly List<string> _blocks = [];
        private readonly byte[] _block = GC.AllocateUninitializedArray<byte>(BlockBytes);
        private int _filled;

        public IReadOnlyList<string> Blocks => _blocks;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            while (!buffer.IsEmpty)
            {
                var taken = Math.Min(buffer.Length, BlockBytes - _filled);
                buffer[..taken].CopyTo(_block.AsMemory(_filled));
                (_filled, buffer) = (_filled + taken, buffer[taken..]);
                if (_filled == BlockBytes)
                {
                    await StageAsync(cancellationToken).ConfigureAwait(false);
                }
            }
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        // Writers of some formats write a few bytes like this at their ends; what does not fit waits for the next asynchronous write.
        public override void Write(byte[] buffer, int offset, int count) =>
            WriteAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

        public override void Flush()
        {
            // A block is sent when it is full, or by PublishAsync: flushing for each writer's sake would make thousands of small ones.
        }

        public override async Task FlushAsync(CancellationToken cancellationToken)
        {
            if (_filled > 0)
            {
                await StageAsync(cancellationToken).ConfigureAwait(false);
            }
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        private async ValueTask StageAsync(CancellationToken cancellationToken)
        {
            // All ids of a blob must be of the same length.
            var number = new byte[sizeof(int)];
            BinaryPrimitives.WriteInt32BigEndian(number, _blocks.Count);
            var id = Convert.ToBase64String(number);
            using var content = new MemoryStream(_block, 0, _filled, writable: false);
            await blob.StageBlockAsync(id, content, cancellationToken: cancellationToken).ConfigureAwait(false);
            _blocks.Add(id);
            _filled = 0;
        }
    }
}
