using System.IO.Compression;

namespace Metering.Reports;

/// <summary>Writes rows through gzip. Of a file in parts each is a member of its own, which readers take for one file (RFC 1952).</summary>
internal sealed class PackedRowWriter(GZipStream packed, IRowWriter rows) : IRowWriter
{
    public ValueTask WriteAsync(ExportRow row, CancellationToken cancellationToken) => rows.WriteAsync(row, cancellationToken);

    public async ValueTask CompleteAsync(CancellationToken cancellationToken)
    {
        await rows.CompleteAsync(cancellationToken).ConfigureAwait(false);

        // Its end holds the checksum and the length.
        await packed.DisposeAsync().ConfigureAwait(false);
    }

    public async ValueTask<ReadOnlyMemory<byte>> SuspendAsync(CancellationToken cancellationToken)
    {
        await CompleteAsync(cancellationToken).ConfigureAwait(false);
        return default;
    }
}
