using System.Net;

namespace Metering.Client.Tests.Support;

/// <summary>Takes every request, remembers what it asked for, and answers nothing of use.</summary>
public sealed class Told : HttpMessageHandler
{
    private readonly List<string> _requests = [];

    /// <summary>Method and path of each request, in order.</summary>
    public IReadOnlyList<string> Requests => _requests;

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        _requests.Add($"{request.Method} {request.RequestUri!.AbsolutePath}");
        return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("null"), RequestMessage = request });
    }
}
