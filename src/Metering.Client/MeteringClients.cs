using System.Net.Http.Headers;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Metering.Client;

/// <summary>
/// The meter, for a service whose callers bring license keys of their own, such as a public API: one pool of connections for all of them.
/// Safe for many threads; make one and keep it.
/// </summary>
public sealed class MeteringClients : IDisposable
{
    private readonly MeteringClientsOptions _options;
    private readonly HttpClient _http;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;

    /// <summary>Clients with a connection pool of their own.</summary>
    /// <exception cref="ArgumentException">An option can't be used; the message names it.</exception>
    public MeteringClients(MeteringClientsOptions options, ILogger<MeteringClient>? log = null)
        : this(options, NewHttp(options), TimeProvider.System, log)
    {
    }

    internal MeteringClients(MeteringClientsOptions options, HttpClient http, TimeProvider clock, ILogger? log)
    {
        options = options.Copy();
        options.Check();
        (_options, _http, _clock, _log) = (options, http, clock, log ?? NullLogger<MeteringClient>.Instance);
    }

    /// <summary>The client of a license. It costs nothing to make and has nothing to dispose, so make one for each request.</summary>
    /// <param name="licenseKey">The license's secret key, <c>lk_…</c>, as the caller sent it.</param>
    /// <returns>A client without a queue: when the meter is away, its calls fail.</returns>
    /// <exception cref="ArgumentException">
    /// It is empty, or has characters that no header can carry. The meter says of all others whether it knows them.
    /// </exception>
    public MeteringClient Of(string licenseKey)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(licenseKey);
        if (licenseKey.Any(character => character is < '!' or > '~'))
        {
            throw new ArgumentException("A license key has visible ASCII characters only.", nameof(licenseKey));
        }

        var credential = new AuthenticationHeaderValue("License", licenseKey);
        return new MeteringClient(new MeterHttp(_http, _options.Address!, credential, shared: true), _clock, _log);
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static HttpClient NewHttp(MeteringClientsOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        return MeterHttp.NewHttp(options.AttemptTimeout, options.MaxRetries);
    }
}
