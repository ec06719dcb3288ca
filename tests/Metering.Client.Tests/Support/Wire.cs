namespace Metering.Client.Tests.Support;

/// <summary>The way to the server, which can be cut: before the request leaves, or before the answer arrives.</summary>
public sealed class Wire : DelegatingHandler
{
    private int _answersLost;
    private int _sent;

    public Wire()
        : base(new SocketsHttpHandler())
    {
    }

    /// <summary>Whether nothing goes through.</summary>
    public bool Cut { get; set; }

    /// <summary>How many requests have left.</summary>
    public int Sent => Volatile.Read(ref _sent);

    public void LoseAnswers(int count) => Volatile.Write(ref _answersLost, count);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (Cut)
        {
            throw new HttpRequestException("The wire is cut.");
        }

        Interlocked.Increment(ref _sent);
        var answer = await base.SendAsync(request, cancellationToken);
        if (Interlocked.Decrement(ref _answersLost) < 0)
        {
            return answer;
        }

        answer.Dispose();
        throw new HttpRequestException("The answer was lost.");
    }
}
