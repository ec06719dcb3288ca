namespace MeterFunctions.Tests.Storage;

/// <summary>
/// The way to the storage, on which one request is met by something else: by what another instance does meanwhile, or by the loss of its
/// answer after the storage has done it.
/// </summary>
internal sealed class Interleaved() : DelegatingHandler(new SocketsHttpHandler())
{
    private int _seen;
    private int _at;
    private bool _losesAnswer;
    private volatile bool _isGone;
    private Func<Task>? _meanwhile;

    /// <summary>Has a request met by something else, once.</summary>
    /// <param name="at">Which request from now on, from 1.</param>
    /// <param name="losesAnswer">
    /// Whether the request is done and its answer lost, and the other comes before it is tried again; else the other comes before it.
    /// </param>
    /// <param name="meanwhile">What another instance does, wholly.</param>
    public void Meet(int at, bool losesAnswer, Func<Task> meanwhile) =>
        (_seen, _at, _losesAnswer, _meanwhile) = (0, at, losesAnswer, meanwhile);

    /// <summary>Lets every request pass; says whether the other one came.</summary>
    public bool Disarm() => Interlocked.Exchange(ref _meanwhile, null) is null;

    /// <summary>From a request on, the storage is gone.</summary>
    /// <param name="at">Which request from now on, from 1.</param>
    public void BreakAt(int at) => Meet(at, losesAnswer: false, () =>
    {
        _isGone = true;
        return Task.CompletedTask;
    });

    /// <summary>The storage is there again; says whether it was gone.</summary>
    public bool Mend()
    {
        Disarm();
        var was = _isGone;
        _isGone = false;
        return was;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (_meanwhile is null || Interlocked.Increment(ref _seen) != _at
            || Interlocked.Exchange(ref _meanwhile, null) is not { } meanwhile)
        {
            return await PassAsync(request, cancellationToken);
        }

        if (!_losesAnswer)
        {
            await meanwhile();
            return await PassAsync(request, cancellationToken);
        }

        (await base.SendAsync(request, cancellationToken)).Dispose();
        await meanwhile();
        throw new HttpRequestException("The answer is lost.");
    }

    private Task<HttpResponseMessage> PassAsync(HttpRequestMessage request, CancellationToken cancellationToken) => _isGone
        ? throw new HttpRequestException("The storage is gone.")
        : base.SendAsync(request, cancellationToken);
}
