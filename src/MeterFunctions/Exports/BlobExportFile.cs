using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Metering.Reports;

namespace MeterFunctions.Exports;

/// <summary>
/// A blob that is being written, block by block. Blocks that are never committed are nobody's file; the storage forgets them in a week.
/// </summary>
internal sealed class BlobExportFile : IPartFile
{
    // Under the name of the blob's metadata an attempt finds what an earlier one of the same export has published.
    private const string ExportId = "export_id";

    // What tells the blob of this attempt from that of another one.
    private const string Attempt = "attempt";

    private readonly BlockBlobClient _blob;
    private readonly string _exportId;
    private readonly BlockStream _content;
    private readonly string _attempt = Guid.NewGuid().ToString("N");

    /// <summary>Begins it, or goes on.</summary>
    /// <param name="blob">The blob.</param>
    /// <param name="exportId">Whose it is.</param>
    /// <param name="mark">What <see cref="SuspendAsync"/> answered; null begins it.</param>
    public BlobExportFile(BlockBlobClient blob, string exportId, string? mark) =>
        (_blob, _exportId, _content) = (blob, exportId, new BlockStream(blob, mark));

    /// <inheritdoc/>
    public Stream Content => _content;

    /// <inheritdoc/>
    /// <exception cref="RequestFailedException">412 or 409: another export has published a blob under the name.</exception>
    public async ValueTask PublishAsync(CancellationToken cancellationToken)
    {
        await _content.EndAsync(cancellationToken).ConfigureAwait(false);
        var options = new CommitBlockListOptions
        {
            Metadata = new Dictionary<string, string> { [ExportId] = _exportId, [Attempt] = _attempt },
            Conditions = await ConditionsAsync(cancellationToken).ConfigureAwait(false),
        };
        try
        {
            await _blob.CommitBlockListAsync(_content.Blocks, options, cancellationToken).ConfigureAwait(false);
        }
        catch (RequestFailedException taken) when (taken.Status is 409 or 412)
        {
            // The client sends it again when its answer is lost; then what stands in the way is what it has just published.
            if (!await IsPublishedAsync(cancellationToken).ConfigureAwait(false))
            {
                throw;
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask<string> SuspendAsync(CancellationToken cancellationToken)
    {
        await _content.EndAsync(cancellationToken).ConfigureAwait(false);
        return _content.Mark;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _content.DisposeAsync();

    private async ValueTask<bool> IsPublishedAsync(CancellationToken cancellationToken)
    {
        try
        {
            var found = (await _blob.GetPropertiesAsync(cancellationToken: cancellationToken).ConfigureAwait(false)).Value;
            return found.Metadata.TryGetValue(Attempt, out var attempt) && attempt == _attempt;
        }
        catch (RequestFailedException missing) when (missing.Status == 404)
        {
            return false;
        }
    }

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
}
