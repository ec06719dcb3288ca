using System.Net;
using System.Text;

namespace Metering.Client.Tests.Support;

/// <summary>The way to the server, which can be cut: before the request leaves, or before the answer arrives.</summary>
public sealed class Wire : DelegatingHandler
{
    private int _answersLost;
    private int _sent;
    private volatile TaskCompletionSource? _waits;

    public Wire()
        : base(new SocketsHttpHandler())
    {
    }

    /// <summary>Whether nothing goes through.</summary>
    public bool Cut { get; set; }

    /// <summary>What a proxy on the way answers in place of the meter, with a page and no problem document; null: there is none.</summary>
    public HttpStatusCode? Proxy { get; set; }

    /// <summary>What the meter is made to say it did with every batch of events; null: what it really does.</summary>
    public string? Says { get; set; }

    /// <summary>Whether it says so to one batch only.</summary>
    public bool SaysOnce { get; set; }

    /// <summary>Whether the license is said to have as many open leases as it may, so that no other is taken.</summary>
    public bool NoLeases { get; set; }

    /// <summary>What requests wait for before they leave; null: nothing.</summary>
    public Task? Gate { get; set; }

    /// <summary>How many requests have left.</summary>
    public int Sent => Volatile.Read(ref _sent);

    /// <summary>From now on a request waits until it is given up, and then fails for a reason of its own.</summary>
    /// <returns>Ends when the first one waits.</returns>
    public Task FailWhenStopped() =>
        (_waits = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>From now on everything goes through.</summary>
    public void Mend() => (_waits, Cut, Proxy, Says) = (null, false, null, null);

    public void LoseAnswers(int count) => Volatile.Write(ref _answersLost, count);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (Cut)
        {
            throw new HttpRequestException("The wire is cut.");
        }

        Interlocked.Increment(ref _sent);
        await (Gate ?? Task.CompletedTask).WaitAsync(cancellationToken);
        if (Proxy is { } status)
        {
            return Answer(status, "<p>Not here.</p>", "text/html");
        }

        if (Says is { } says)
        {
            Says = SaysOnce ? null : says;
            return Answer(HttpStatusCode.Accepted, says, "application/json");
        }

        if (NoLeases && request.RequestUri!.AbsolutePath.EndsWith("/leases", StringComparison.Ordinal))
        {
            return Answer(
                HttpStatusCode.Conflict, """{"code":"limit_reached","detail":"There are 1000 holds."}""", "application/problem+json");
        }

        if (_waits is { } waits)
        {
            waits.TrySetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw new InvalidOperationException("The wire failed as it was given up.");
        }

        var answer = await base.SendAsync(request, cancellationToken);
        if (Interlocked.Decrement(ref _answersLost) < 0)
        {
            return answer;
        }

        answer.Dispose();
        throw new HttpRequestException("The answer was lost.");

        HttpResponseMessage Answer(HttpStatusCode status, string body, string type) =>
            new(status) { Content = new StringContent(body, Encoding.UTF8, type), RequestMessage = request };
    }
}
