using System.Text.Encodings.Web;
using System.Text.Json;

namespace Metering.Reports;

/// <summary>Reads manifests, and files' hashes.</summary>
public static class ManifestFiles
{
    // Far above what the most totals and adjustments of a manifest take.
    private const int MaxBytes = 16 * 1024 * 1024;

    // With letters as they are: a manifest is read by people too.
    private static readonly ManifestJson Readable = new(
        new JsonSerializerOptions(ManifestJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>Writes a manifest as indented JSON.</summary>
    internal static Task WriteAsync(Stream stream, ExportManifest manifest, CancellationToken cancellationToken) =>
        JsonSerializer.SerializeAsync(stream, manifest, Readable.ExportManifest, cancellationToken);

    /// <summary>Reads what lies beside an export's file.</summary>
    /// <exception cref="ExportFileException">It is none, or one of a later version.</exception>
    public static async ValueTask<ExportManifest> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stream);
        try
        {
            var read = stream.Length > MaxBytes
                ? null
                : await JsonSerializer.DeserializeAsync(stream, ManifestJson.Default.ExportManifest, cancellationToken)
                    .ConfigureAwait(false);
            return read switch
            {
                { ManifestVersion: ExportManifest.Form } => read,
                { } other => throw new ExportFileException(
                    $"The manifest has form {other.ManifestVersion}; this version reads form {ExportManifest.Form}."),
                null => throw new ExportFileException("The manifest is empty, or too large for one."),
            };
        }
        catch (JsonException e)
        {
            throw new ExportFileException($"The manifest cannot be read: {e.Message}", e);
        }
    }

    /// <summary>What a file's name, size and hash are now.</summary>
    internal static async ValueTask<ExportedFile> OfAsync(string name, Stream stream, CancellationToken cancellationToken)
    {
        using var hashed = new HashedStream(Stream.Null);
        await stream.CopyToAsync(hashed, cancellationToken).ConfigureAwait(false);
        return hashed.ToFile(name);
    }
}
