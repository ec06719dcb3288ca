using System.IO.Compression;

namespace Metering.Reports;

/// <summary>Writes rows through gzip.</summary>
internal sealed class PackedRowWriter(GZipStream packed, IRowWriter rows) : IRowWriter
{
    public ValueTask WriteAsync(ExportRow row, CancellationToken cancellationToken) => rows.WriteAsync(row, cancellationToken);

    public async ValueTask CompleteAsync(CancellationToken cancellationToken)
    {
        await rows.CompleteAsync(cancellationToken).ConfigureAwait(false);

        // Its end holds the checksum and the length.
        await packed.DisposeAsync().ConfigureAwait(false);
    }
}
