using System.Runtime.CompilerServices;

namespace Metering.Client.Admin;

/// <summary>Files of what was counted.</summary>
public sealed class ExportsAdmin
{
    private static readonly TimeSpan UsualInterval = TimeSpan.FromSeconds(1);

    private readonly AdminHttp _http;
    private readonly TimeProvider _clock;

    internal ExportsAdmin(AdminHttp http, TimeProvider clock) => (_http, _clock) = (http, clock);

    /// <summary>Has a file made; it waits for its turn.</summary>
    /// <param name="export">What the file is to hold.</param>
    /// <param name="idempotencyKey">What makes a repeat of the call the same call; null: the client makes one.</param>
    /// <param name="cancellationToken">Stops the wait, not the export.</param>
    public Task<Export> CreateAsync(NewExport export, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        _http.ChangeAsync(
            AdminPath.Of("exports"), export, AdminJson.Default.NewExport, AdminJson.Default.Export, idempotencyKey, cancellationToken);

    /// <summary>How far one has come.</summary>
    public Task<Export> GetAsync(string id, CancellationToken cancellationToken = default) =>
        _http.GetAsync(AdminPath.Of("exports", id), AdminJson.Default.Export, cancellationToken);

    /// <summary>The newest first.</summary>
    public IAsyncEnumerable<Export> ListAsync(CancellationToken cancellationToken = default) =>
        _http.ListAsync(AdminPath.Of("exports"), AdminJson.Default.ExportPart, cancellationToken);

    /// <summary>How far one has come, again and again, until it is over; the last item tells what came of it.</summary>
    /// <param name="id">The export.</param>
    /// <param name="interval">How often the meter is asked; every second where it is null.</param>
    /// <param name="cancellationToken">Stops watching, not the export.</param>
    public async IAsyncEnumerable<Export> WatchAsync(
        string id, TimeSpan? interval = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var export = await GetAsync(id, cancellationToken).ConfigureAwait(false);
            yield return export;
            if (export.IsOver)
            {
                yield break;
            }

            await Task.Delay(interval ?? UsualInterval, _clock, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Fetches the file of one that is done, whatever its size.</summary>
    /// <param name="id">The export.</param>
    /// <param name="to">Where to write it; compare it with <see cref="Export.Sha256"/> when it is there.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="MeteringProblemException">There is no file (yet).</exception>
    /// <exception cref="MeteringUnavailableException">The meter could not be reached, or broke off: what was written is a part.</exception>
    public Task DownloadAsync(string id, Stream to, CancellationToken cancellationToken = default) =>
        _http.CopyAsync(AdminPath.Of("exports", id, "file"), to, cancellationToken);

    /// <summary>Fetches the manifest beside that file.</summary>
    /// <param name="id">The export.</param>
    /// <param name="to">Where to write it.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="MeteringProblemException">There is no file (yet).</exception>
    public Task DownloadManifestAsync(string id, Stream to, CancellationToken cancellationToken = default) =>
        _http.CopyAsync(AdminPath.Of("exports", id, "manifest"), to, cancellationToken);

    /// <summary>Stops one that waits or runs; of one that is over, removes file and manifest.</summary>
    public Task DeleteAsync(string id, CancellationToken cancellationToken = default) =>
        _http.DeleteAsync(AdminPath.Of("exports", id), cancellationToken);
}
