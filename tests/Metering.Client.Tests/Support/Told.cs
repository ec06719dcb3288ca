using System.Net;

namespace Metering.Client.Tests.Support;

/// <summary>Takes every request, remembers what it asked for, and answers nothing of use.</summary>
public sealed class Told : HttpMessageHandler
{
    private readonly List<string> _requests = [];
    private readonly List<string> _withKey = [];

    /// <summary>Method and path of each request, in order.</summary>
    public IReadOnlyList<string> Requests => _requests;

    /// <summary>Those of them that came with an <c>Idempotency-Key</c>.</summary>
    public IReadOnlyList<string> WithKey => _withKey;

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        _requests.Add($"{request.Method} {request.RequestUri!.AbsolutePath}");
        if (request.Headers.Contains("Idempotency-Key"))
        {
            _withKey.Add(_requests[^1]);
        }

        return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("null"), RequestMessage = request });
    }
}
