using System.Collections.Concurrent;
using System.Net;
using System.Text;
using MeterFunctions.Storage;

namespace MeterFunctions.Tests.Hosting;

/// <summary>The way of one instance to the storage, on which everything happens to requests that may, drawn from a seed.</summary>
internal sealed class FaultyStorage(int seed) : DelegatingHandler(new SocketsHttpHandler())
{
    private const int MaxSlowMilliseconds = 20;

    private static readonly StorageFault[] All = Enum.GetValues<StorageFault>();

    private readonly Random _random = new(seed);
    private readonly Lock _turn = new();
    private readonly ConcurrentBag<Task> _later = [];
    private volatile bool _isDead;

    /// <summary>One in so many requests meets a fault; 0: none does.</summary>
    public int OneIn { get; set; }

    /// <summary>Says what becomes of a request, in place of the seed; null: the seed does.</summary>
    public Func<HttpRequestMessage, StorageFault?>? Meets { get; set; }

    /// <summary>How often each fault was met.</summary>
    public ConcurrentDictionary<StorageFault, int> Met { get; } = new();

    /// <summary>After which request the instance dies: none of its requests gets through any more. Null: it lives.</summary>
    public Func<HttpRequestMessage, bool>? DiesAfter { get; set; }

    /// <summary>Whether the instance has died.</summary>
    public bool IsDead => _isDead;

    /// <summary>Waits until what is done later is done.</summary>
    public Task SettleAsync() => Task.WhenAll(_later);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (_isDead)
        {
            throw Lost();
        }

        // The test clock is a table's row too; what time it is must not be in doubt.
        if (request.RequestUri!.AbsolutePath.Contains(TableKeys.Settings, StringComparison.Ordinal))
        {
            return await base.SendAsync(request, cancellationToken);
        }

        var body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken);
        var answer = await MeetAsync(Draw(request), request, body, cancellationToken);
        if (DiesAfter?.Invoke(request) == true)
        {
            _isDead = true;
            throw Lost();
        }

        return answer;
    }

    private async Task<HttpResponseMessage> MeetAsync(
        StorageFault? fault, HttpRequestMessage request, byte[] body, CancellationToken cancellationToken)
    {
        switch (fault)
        {
            case null:
                return await base.SendAsync(Copy(request, body), cancellationToken);

            case StorageFault.AnswerLost:
                using (await base.SendAsync(Copy(request, body), cancellationToken))
                {
                    throw Lost();
                }

            case StorageFault.DoneLater:
                _later.Add(DoLaterAsync(Copy(request, body)));
                throw Lost();

            case StorageFault.DoneTwice:
                using (await base.SendAsync(Copy(request, body), cancellationToken))
                {
                    return await base.SendAsync(Copy(request, body), cancellationToken);
                }

            case StorageFault.UnavailableAndDone:
                using (await base.SendAsync(Copy(request, body), cancellationToken))
                {
                    return Refuse(request, HttpStatusCode.ServiceUnavailable, "ServerBusy");
                }

            case StorageFault.UnavailableInside:
                return FailInside(request);

            case StorageFault.UnavailableInsideAndDone:
                using (await base.SendAsync(Copy(request, body), cancellationToken))
                {
                    return FailInside(request);
                }

            case StorageFault.Slow:
                await Task.Delay(Next(MaxSlowMilliseconds), cancellationToken);
                var answer = await base.SendAsync(Copy(request, body), cancellationToken);
                await Task.Delay(Next(MaxSlowMilliseconds), cancellationToken);
                return answer;

            case StorageFault.Unavailable:
                return Refuse(request, HttpStatusCode.ServiceUnavailable, "ServerBusy");

            case StorageFault.Forbidden:
                return Refuse(request, HttpStatusCode.Forbidden, "AuthorizationFailure");

            case StorageFault.TableMissing:
                return Refuse(request, HttpStatusCode.NotFound, "TableNotFound");

            default:
                return RefuseRow(request, body);
        }
    }

    private StorageFault? Draw(HttpRequestMessage request)
    {
        if (Meets is { } meets)
        {
            return meets(request);
        }

        if (OneIn == 0 || Next(OneIn) > 0)
        {
            return null;
        }

        var fault = All[Next(All.Length)];
        if (!IsTransaction(request))
        {
            fault = fault switch
            {
                // Of a single row no conflict is made up: a caller may take the storage's word that a row is there.
                StorageFault.Refused or StorageFault.UnavailableInside => StorageFault.Unavailable,
                StorageFault.UnavailableInsideAndDone => StorageFault.UnavailableAndDone,
                _ => fault,
            };
        }

        // The same of what is done twice: a row that is added finds itself, as with any other client's retry.
        Met.AddOrUpdate(fault, 1, (_, count) => count + 1);
        return fault;
    }

    private async Task DoLaterAsync(HttpRequestMessage request)
    {
        await Task.Delay(Next(MaxSlowMilliseconds * 5));
        using var answer = await base.SendAsync(request, CancellationToken.None);
    }

    // As Azure says it: 202 for the whole, and within it the row at fault by its place.
    private HttpResponseMessage RefuseRow(HttpRequestMessage request, byte[] body)
    {
        var rows = Encoding.UTF8.GetString(body).Split(" HTTP/1.1\r\n").Length - 1;
        var (status, code) = Next(2) == 0 ? ("409 Conflict", "EntityAlreadyExists") : ("412 Precondition Failed", "UpdateConditionNotSatisfied");
        return AnswerInside(request, status, Error(code, $"{Next(rows)}:Made up."));
    }

    private HttpResponseMessage FailInside(HttpRequestMessage request) => Next(2) == 0
        ? AnswerInside(request, "500 Internal Server Error", Error("InternalError", "0:Made up."))
        : AnswerInside(request, "503 Service Unavailable", Error("ServerBusy", "Made up."));

    private static HttpResponseMessage AnswerInside(HttpRequestMessage request, string status, string error)
    {
        var text = $"""
            --batchresponse_1
            Content-Type: multipart/mixed; boundary=changesetresponse_1

            --changesetresponse_1
            Content-Type: application/http
            Content-Transfer-Encoding: binary

            HTTP/1.1 {status}
            Content-Type: application/json;odata=minimalmetadata;streaming=true;charset=utf-8
            Content-Length: {error.Length}

            {error}
            --changesetresponse_1--
            --batchresponse_1--

            """.ReplaceLineEndings("\r\n");
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(text));
        content.Headers.TryAddWithoutValidation("Content-Type", "multipart/mixed; boundary=batchresponse_1");
        return new HttpResponseMessage(HttpStatusCode.Accepted) { RequestMessage = request, Content = content };
    }

    private static HttpResponseMessage Refuse(HttpRequestMessage request, HttpStatusCode status, string code)
    {
        var answer = new HttpResponseMessage(status)
        {
            RequestMessage = request,
            Content = new StringContent(Error(code, "Made up."), Encoding.UTF8, "application/json"),
        };
        answer.Headers.Add("x-ms-error-code", code);
        return answer;
    }

    private static string Error(string code, string message) =>
        $$$$"""{"odata.error":{"code":"{{{{code}}}}","message":{"lang":"en-US","value":"{{{{message}}}}"}}}""";

    private static bool IsTransaction(HttpRequestMessage request) =>
        request.RequestUri!.AbsolutePath.EndsWith("$batch", StringComparison.Ordinal);

    // A message is sent once only.
    private static HttpRequestMessage Copy(HttpRequestMessage request, byte[] body)
    {
        var copy = new HttpRequestMessage(request.Method, request.RequestUri) { Version = request.Version };
        foreach (var (name, values) in request.Headers)
        {
            copy.Headers.TryAddWithoutValidation(name, values);
        }

        if (request.Content is { } content)
        {
            copy.Content = new ByteArrayContent(body);
            foreach (var (name, values) in content.Headers)
            {
                copy.Content.Headers.TryAddWithoutValidation(name, values);
            }
        }

        return copy;
    }

    private static HttpRequestException Lost() => new("The answer is lost.");

    private int Next(int below)
    {
        lock (_turn)
        {
            return _random.Next(below);
        }
    }
}
