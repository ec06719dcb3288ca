namespace Metering.Conformance.Client;

/// <summary>
/// The host under test: the one at <c>METERING_BASE_URL</c> with the token <c>METERING_TOKEN</c>, or else the one that
/// <c>InProcessHost</c> starts in this process, with an empty store. One for the whole run.
/// </summary>
public sealed class MeteringHost
{
    private static readonly Lazy<Task<MeteringHost>> One = new(StartAsync);

    public MeteringHost(string url, string token)
    {
        // Redirects are answers too, and a slow host is given time: no test is about speed.
        Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false })
        {
            BaseAddress = new Uri(url),
            Timeout = TimeSpan.FromMinutes(2),
        };
        Token = token;
    }

    /// <summary>The host, started.</summary>
    public static Task<MeteringHost> Started => One.Value;

    /// <summary>Whether the host runs somewhere else.</summary>
    public static bool IsElsewhere => Variable("METERING_BASE_URL") is not null;

    public HttpClient Http { get; }

    /// <summary>A token with all scopes.</summary>
    public string Token { get; }

    /// <summary>A token that may only read; empty when the host gave none.</summary>
    public string ReadToken { get; init; } = "";

    /// <summary>A token that may only send events; empty when the host gave none.</summary>
    public string IngestToken { get; init; } = "";

    /// <summary>Stops a host that was started for the tests.</summary>
    public Func<Task> Stop { get; init; } = () => Task.CompletedTask;

    /// <summary>Ends the connections, and stops the host where it was started for the tests.</summary>
    public static async Task StopAsync()
    {
        // A host that did not start has made every test fail already; there is nothing to stop.
        if (One.IsValueCreated && One.Value.IsCompletedSuccessfully)
        {
            var host = await One.Value;
            host.Http.Dispose();
            await host.Stop();
        }
    }

    /// <summary>An environment variable; null when it is not set or empty.</summary>
    public static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private static async Task<MeteringHost> StartAsync()
    {
        if (Variable("METERING_BASE_URL") is not { } url)
        {
            return await InProcessHost.StartAsync();
        }

        var token = Variable("METERING_TOKEN")
            ?? throw new InvalidOperationException("METERING_BASE_URL is set, so METERING_TOKEN must be set too: a token with all scopes.");
        return new MeteringHost(url, token)
        {
            ReadToken = Variable("METERING_READ_TOKEN") ?? "",
            IngestToken = Variable("METERING_INGEST_TOKEN") ?? "",
        };
    }
}
