using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Http.Resilience;
using Polly;
using Polly.Timeout;

namespace Metering.Client;

/// <summary>One way to the meter: sends, reads answers, and tells apart what is an answer, a problem and an absent meter.</summary>
/// <param name="http">The client of HTTP.</param>
/// <param name="address">Where the meter is.</param>
/// <param name="credential">Who asks.</param>
/// <param name="shared">Whether others use the client of HTTP as well, so that it outlives this.</param>
internal sealed class MeterHttp(HttpClient http, Uri address, AuthenticationHeaderValue credential, bool shared = false) : IDisposable
{
    private const string KeyHeader = "Idempotency-Key";
    private const string ReplayedHeader = "Idempotency-Replayed";

    private readonly Uri _root = address.AbsoluteUri.EndsWith('/') ? address : new Uri(address.AbsoluteUri + "/");

    /// <summary>A client of HTTP with a connection pool of its own, and with the retries that <see cref="Resilience"/> says.</summary>
    public static HttpClient NewHttp(TimeSpan attemptTimeout, int maxRetries) =>
        // Connections are renewed so that a change of the name's addresses is noticed.
        NewHttp(attemptTimeout, maxRetries, new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5) });

    internal static HttpClient NewHttp(TimeSpan attemptTimeout, int maxRetries, HttpMessageHandler way)
    {
        var pipeline = new ResiliencePipelineBuilder<HttpResponseMessage>();
        Resilience.Configure(pipeline, attemptTimeout, maxRetries);
        return Own(new HttpClient(new ResilienceHandler(pipeline.Build()) { InnerHandler = new WholeAnswer { InnerHandler = way } }));
    }

    /// <summary>
    /// Leaves the time to the pipeline: its tries each have a limit, and the client's own limit would cut them all short.
    /// </summary>
    public static HttpClient Own(HttpClient http)
    {
        http.Timeout = Timeout.InfiniteTimeSpan;
        http.MaxResponseContentBufferSize = WholeAnswer.MaxBytes;
        return http;
    }

    /// <summary>Sends a body and reads the answer.</summary>
    /// <exception cref="MeteringProblemException">The meter answered with a problem.</exception>
    /// <exception cref="MeteringUnavailableException">The meter could not be reached, or was busy.</exception>
    public async Task<TAnswer> SendAsync<TBody, TAnswer>(
        HttpMethod method,
        string path,
        TBody body,
        JsonTypeInfo<TBody> bodyType,
        JsonTypeInfo<TAnswer> answerType,
        string? key,
        CancellationToken stop)
    {
        using var answer = await SendAsync(method, path, Json(body, bodyType), key, stop).ConfigureAwait(false);
        await ThrowIfProblemAsync(answer, stop).ConfigureAwait(false);
        return await ReadAsync(answer, answerType, stop).ConfigureAwait(false);
    }

    /// <summary>Asks without a body, and reads the answer.</summary>
    /// <exception cref="MeteringProblemException">The meter answered with a problem.</exception>
    /// <exception cref="MeteringUnavailableException">The meter could not be reached, or was busy.</exception>
    public async Task<TAnswer> SendAsync<TAnswer>(HttpMethod method, string path, JsonTypeInfo<TAnswer> answerType, CancellationToken stop)
    {
        using var answer = await SendAsync(method, path, content: null, key: null, stop).ConfigureAwait(false);
        await ThrowIfProblemAsync(answer, stop).ConfigureAwait(false);
        return await ReadAsync(answer, answerType, stop).ConfigureAwait(false);
    }

    /// <summary>Sends what has no answer.</summary>
    /// <exception cref="MeteringProblemException">The meter answered with a problem.</exception>
    /// <exception cref="MeteringUnavailableException">The meter could not be reached, or was busy.</exception>
    public async Task SendAsync(HttpMethod method, string path, CancellationToken stop)
    {
        using var answer = await SendAsync(method, path, content: null, key: null, stop).ConfigureAwait(false);
        await ThrowIfProblemAsync(answer, stop).ConfigureAwait(false);
    }

    /// <summary>Sends a use. A refusal is an answer too.</summary>
    /// <exception cref="MeteringProblemException">The request as such was wrong.</exception>
    /// <exception cref="MeteringUnavailableException">The meter could not be reached, or was busy.</exception>
    public async Task<UsageAnswer> UseAsync<TBody>(
        string path, TBody body, JsonTypeInfo<TBody> bodyType, string featureCode, string? key, CancellationToken stop)
    {
        // The last part of a path about use says what is done: consume, check, report, commit, sync.
        using var call = ClientCall.Begin(path[(path.LastIndexOf('/') + 1)..], featureCode);
        try
        {
            using var answer = await SendAsync(HttpMethod.Post, path, Json(body, bodyType), key, stop).ConfigureAwait(false);
            var usage = await UsageAsync(answer, featureCode, stop).ConfigureAwait(false);
            call.Answered(usage.Allowed, usage.Refusal?.Code ?? usage.Reason);
            return usage;
        }
        catch (MeteringException failure)
        {
            call.Failed(failure);
            throw;
        }
    }

    /// <summary>Sends a body and returns what came, unless the meter was away or busy.</summary>
    /// <exception cref="MeteringUnavailableException">The meter could not be reached, or was busy.</exception>
    public Task<HttpResponseMessage> SendJsonAsync<TBody>(
        HttpMethod method, string path, TBody body, JsonTypeInfo<TBody> bodyType, string? key, CancellationToken stop) =>
        SendAsync(method, path, Json(body, bodyType), key, stop);

    /// <summary>Sends a request and returns what came, unless the meter was away or busy.</summary>
    /// <exception cref="MeteringUnavailableException">The meter could not be reached, or was busy.</exception>
    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method,
        string path,
        HttpContent? content,
        string? key,
        CancellationToken stop,
        HttpCompletionOption completion = HttpCompletionOption.ResponseContentRead)
    {
        using var request = new HttpRequestMessage(method, new Uri(_root, path)) { Content = content };
        request.Headers.Authorization = credential;
        if (key is not null)
        {
            request.Headers.Add(KeyHeader, key);
        }

        if (completion == HttpCompletionOption.ResponseHeadersRead)
        {
            WholeAnswer.Leave(request);
        }

        HttpResponseMessage answer;
        try
        {
            answer = await http.SendAsync(request, completion, stop).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is HttpRequestException or TimeoutRejectedException)
        {
            throw new MeteringUnavailableException($"The meter at {_root} can't be reached: {failure.Message}", failure);
        }

        if (answer.StatusCode is HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError)
        {
            using (answer)
            {
                throw (await ProblemDocument.ReadAsync(answer, stop).ConfigureAwait(false)).ToUnavailable(_root);
            }
        }

        return answer;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!shared)
        {
            http.Dispose();
        }
    }

    private static async Task<UsageAnswer> UsageAsync(HttpResponseMessage answer, string featureCode, CancellationToken stop)
    {
        if (answer.IsSuccessStatusCode)
        {
            var usage = await ReadAsync(answer, ClientJson.Default.UsageAnswer, stop).ConfigureAwait(false);
            return usage with { Replayed = answer.Headers.Contains(ReplayedHeader) };
        }

        var problem = await ProblemDocument.ReadAsync(answer, stop).ConfigureAwait(false);
        return problem.ToRefusal(featureCode) ?? throw problem.ToException();
    }

    internal static async Task ThrowIfProblemAsync(HttpResponseMessage answer, CancellationToken stop)
    {
        if (!answer.IsSuccessStatusCode)
        {
            throw (await ProblemDocument.ReadAsync(answer, stop).ConfigureAwait(false)).ToException();
        }
    }

    internal static async Task<TAnswer> ReadAsync<TAnswer>(HttpResponseMessage answer, JsonTypeInfo<TAnswer> type, CancellationToken stop)
    {
        var bytes = await answer.Content.ReadAsByteArrayAsync(stop).ConfigureAwait(false);
        try
        {
            return JsonSerializer.Deserialize(bytes, type) ?? throw Foreign(answer, cause: null);
        }
        catch (JsonException failure)
        {
            throw Foreign(answer, failure);
        }
    }

    private static ByteArrayContent Json<T>(T body, JsonTypeInfo<T> type) =>
        new(JsonSerializer.SerializeToUtf8Bytes(body, type)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };

    // A proxy's login page, or a meter of quite another version.
    private static MeteringException Foreign(HttpResponseMessage answer, Exception? cause)
    {
        var message = $"{answer.RequestMessage?.RequestUri} answered {(int)answer.StatusCode} with something that is not an answer of the "
            + $"meter: {answer.Content.Headers.ContentType}. Is the address right?";
        return cause is null ? new MeteringException(message) : new MeteringException(message, cause);
    }
}
