using System.Net;

namespace MeterFunctions.Tests.Hosting;

/// <summary>The way to the storage, on which requests can be answered with a fault.</summary>
internal sealed class FailingStorage() : DelegatingHandler(new SocketsHttpHandler())
{
    private int _failures;

    /// <summary>What a failing request is answered.</summary>
    public HttpStatusCode Status { get; set; } = HttpStatusCode.ServiceUnavailable;

    /// <summary>What the storage says with it.</summary>
    public string Body { get; set; } = "";

    /// <summary>What a failing request meets instead of an answer; null: it is answered.</summary>
    public Exception? Fault { get; set; }

    /// <summary>Which requests fail; null: all.</summary>
    public HttpMethod? FailsFor { get; set; }

    /// <summary>What the query of a failing request has in it; empty: anything.</summary>
    public string FailsForQuery { get; set; } = "";

    /// <summary>Whether the storage does what a failing request asks, and only its answer is lost.</summary>
    public bool IsDone { get; set; }

    /// <summary>How many of the next requests fail.</summary>
    public int Failures
    {
        get => Volatile.Read(ref _failures);
        set => Volatile.Write(ref _failures, value);
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (!Fails(request))
        {
            return await base.SendAsync(request, cancellationToken);
        }

        if (IsDone)
        {
            using var lost = await base.SendAsync(request, cancellationToken);
            Assert.True(lost.IsSuccessStatusCode);
        }

        return Answer(request);
    }

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
        Fails(request) ? Answer(request) : base.Send(request, cancellationToken);

    private HttpResponseMessage Answer(HttpRequestMessage request) =>
        Fault is null ? new HttpResponseMessage(Status) { RequestMessage = request, Content = new StringContent(Body) } : throw Fault;

    private bool Fails(HttpRequestMessage request) =>
        (FailsFor is null || request.Method == FailsFor)
        && request.RequestUri!.Query.Contains(FailsForQuery, StringComparison.Ordinal) && Interlocked.Decrement(ref _failures) >= 0;
}
