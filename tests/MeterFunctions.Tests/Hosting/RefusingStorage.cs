using System.Net;

namespace MeterFunctions.Tests.Hosting;

/// <summary>The way to the storage, on which some requests are refused: by their path and by what they hold.</summary>
internal sealed class RefusingStorage() : DelegatingHandler(new SocketsHttpHandler())
{
    private int _refused;

    /// <summary>What a request is answered; null: it passes.</summary>
    public Func<HttpRequestMessage, string, HttpStatusCode?>? Refuses { get; set; }

    /// <summary>How many requests were refused.</summary>
    public int Refused => Volatile.Read(ref _refused);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (Refuses is { } refuses)
        {
            var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
            if (refuses(request, body) is { } status)
            {
                Interlocked.Increment(ref _refused);
                return new HttpResponseMessage(status) { RequestMessage = request, Content = new StringContent("") };
            }
        }

        return await base.SendAsync(request, cancellationToken);
    }
}
