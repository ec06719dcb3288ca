using System.Threading.Tasks.Sources;

namespace Metering.Server.Engine;

/// <summary>A command that came by itself. It is its own awaitable, so that a command costs one object; it is awaited once.</summary>
internal sealed class SingleCommand(string licenseId, Command command, Once? once)
    : PendingCommand(licenseId, command, once), IValueTaskSource<ApplyResult>
{
    // Asynchronously, or the caller's code would run on the thread that answers, which is the journal's.
    private ManualResetValueTaskSourceCore<ApplyResult> _source = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration _cancellation;
    private int _completed;

    internal ValueTask<ApplyResult> Wait(CancellationToken cancellationToken)
    {
        var wait = new ValueTask<ApplyResult>(this, _source.Version);
        if (cancellationToken.CanBeCanceled)
        {
            _cancellation = cancellationToken.UnsafeRegister(
                static (command, token) => ((SingleCommand)command!).Cancel(token), this);
        }

        return wait;
    }

    internal override void Answer() => Answer(Result!);

    internal override void AnswerBusy() => Answer(ApplyResult.Busy);

    // The commit and a cancellation may come at the same time: the first one answers.
    private void Answer(ApplyResult result)
    {
        if (Interlocked.Exchange(ref _completed, 1) == 0)
        {
            _source.SetResult(result);
        }
    }

    // Only the wait ends. The command may be in a batch by now and counts; its key tells later what it came to.
    private void Cancel(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _completed, 1) == 0)
        {
            _source.SetException(new OperationCanceledException(cancellationToken));
        }
    }

    ApplyResult IValueTaskSource<ApplyResult>.GetResult(short token)
    {
        _cancellation.Dispose();
        return _source.GetResult(token);
    }

    ValueTaskSourceStatus IValueTaskSource<ApplyResult>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<ApplyResult>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);
}
