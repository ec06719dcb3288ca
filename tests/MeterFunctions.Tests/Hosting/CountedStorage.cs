namespace MeterFunctions.Tests.Hosting;

/// <summary>The way to the storage, on which requests are counted.</summary>
internal sealed class CountedStorage() : DelegatingHandler(new SocketsHttpHandler())
{
    private int _requests;

    /// <summary>How many there were.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>How many a piece of work makes.</summary>
    public async Task<int> CountAsync(Func<Task> work)
    {
        var before = Requests;
        await work();
        return Requests - before;
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _requests);
        return base.SendAsync(request, cancellationToken);
    }
}
