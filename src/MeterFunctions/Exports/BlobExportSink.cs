using System.Text.Json;
using Azure;
using Azure.Identity;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Metering;
using Metering.Reports;

namespace MeterFunctions.Exports;

/// <summary>Files in a blob container. A blob is there only when all of its blocks are, because they are committed in one step.</summary>
/// <param name="open">The way to the container; it throws where no setting leads there.</param>
internal sealed class BlobExportSink(Func<BlobContainerClient> open) : IExportSink, IExportParts
{
    private readonly Lazy<BlobContainerClient> _container = new(open);

    /// <inheritdoc/>
    public async ValueTask<IExportFile> CreateAsync(string name, string exportId, CancellationToken cancellationToken) =>
        await ContinueAsync(name, exportId, null, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask<IPartFile> ContinueAsync(
        string name, string exportId, string? mark, CancellationToken cancellationToken)
    {
        // The templates make it; on a developer's machine nobody does. Where the app may not make one, it is there.
        if (!await _container.Value.ExistsAsync(cancellationToken).ConfigureAwait(false))
        {
            await _container.Value.CreateIfNotExistsAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
        }

        return new BlobExportFile(_container.Value.GetBlockBlobClient(name), exportId, mark);
    }

    /// <inheritdoc/>
    public async ValueTask<ExportCheckpoint?> FindAsync(string exportId, CancellationToken cancellationToken)
    {
        var stream = await OpenAsync(CheckpointOf(exportId), cancellationToken).ConfigureAwait(false);
        if (stream is null)
        {
            return null;
        }

        await using (stream)
        {
            return await JsonSerializer.DeserializeAsync(stream, ManifestJson.Default.ExportCheckpoint, cancellationToken)
                .ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask KeepAsync(string exportId, ExportCheckpoint checkpoint, CancellationToken cancellationToken) =>
        await _container.Value.GetBlobClient(CheckpointOf(exportId)).UploadAsync(
            new BinaryData(JsonSerializer.SerializeToUtf8Bytes(checkpoint, ManifestJson.Default.ExportCheckpoint)),
            overwrite: true,
            cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public ValueTask ForgetAsync(string exportId, CancellationToken cancellationToken) =>
        RemoveAsync(CheckpointOf(exportId), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<Stream?> OpenAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return await _container.Value.GetBlobClient(name)
                .OpenReadAsync(new BlobOpenReadOptions(allowModifications: false), cancellationToken).ConfigureAwait(false);
        }
        catch (RequestFailedException missing) when (missing.Status == 404)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public async ValueTask RemoveAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            await _container.Value.GetBlobClient(name).DeleteIfExistsAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
        }
        catch (RequestFailedException missing) when (missing.Status == 404)
        {
            // The whole container is gone, and the file with it.
        }
    }

    /// <inheritdoc/>
    public ExportFailedException? Explain(Exception fault) => fault switch
    {
        ExportFailedException told => told,
        RequestFailedException { Status: 401 or 403 } => Failed(
            ExportFailure.NotWritable, "may not be written by the app: give its identity the role Storage Blob Data Contributor on it.", fault),
        RequestFailedException { Status: 404 } => Failed(
            ExportFailure.NotWritable, "is not there, and the app may not make it: make it, or deploy the templates again.", fault),
        RequestFailedException { Status: 412 or 409 } => Failed(
            ExportFailure.FileExists, "got another file of the same name meanwhile. Give exports a name with {id} in it.", fault),
        RequestFailedException { Status: 0 or 408 or 429 or >= 500 } or AggregateException or HttpRequestException or IOException => Failed(
            ExportFailure.Unavailable, "does not answer, or is throttled.", fault),
        AuthenticationFailedException => Failed(
            ExportFailure.Unavailable, "cannot be asked, because the app's identity got no token.", fault),
        InvalidOperationException when !_container.IsValueCreated => new ExportFailedException(
            ExportFailure.Unavailable, "No setting leads to the storage of exports; /health/ready says which one.", fault),
        _ => null,
    };

    /// <inheritdoc/>
    public string LocationOf(string name) => _container.Value.GetBlobClient(name).Uri.AbsoluteUri;

    // No template makes a name that begins with a dot.
    private static string CheckpointOf(string exportId) => $".{exportId}.part";

    // Without the storage's own message, which is long and for its makers.
    private ExportFailedException Failed(string code, string what, Exception fault) =>
        new(code, $"The container {_container.Value.Name} {what}", fault);
}
