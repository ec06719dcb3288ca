using System.Threading.Tasks.Sources;

namespace Metering.Server.Engine;

/// <summary>
/// A command on its way: sent, applied, committed, answered. It is its own awaitable, so that a command costs one
/// object; it is awaited once.
/// </summary>
internal sealed class PendingCommand : ShardRequest, IValueTaskSource<ApplyResult>
{
    // Asynchronously, or the caller's code would run on the thread that answers, which is the journal's.
    private ManualResetValueTaskSourceCore<ApplyResult> _source = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration _cancellation;
    private int _completed;

    internal PendingCommand(string licenseId, Command command, Once? once)
        : base(licenseId)
    {
        Command = command;
        Once = once;
        if (once?.Key is { } key)
        {
            KeyHash = IdentityKey.OfKey(key);
        }

        if (once?.EventId is { } eventId)
        {
            EventHash = IdentityKey.OfEvent(eventId);
        }
    }

    internal Command Command { get; }

    internal Once? Once { get; }

    /// <summary>Hash of the idempotency key, if there is one.</summary>
    internal UInt128 KeyHash { get; }

    /// <summary>Hash of the event id, if there is one.</summary>
    internal UInt128 EventHash { get; }

    /// <summary>The command as the domain's turn takes it.</summary>
    internal Submission Submission => new(LicenseId, Command, Once);

    /// <summary>What the caller will be told, once the batch is durable.</summary>
    internal ApplyResult? Result { get; set; }

    /// <summary>What broke while it was applied; a bug or a lost disk.</summary>
    internal Exception? Failure { get; set; }

    internal ValueTask<ApplyResult> Wait(CancellationToken cancellationToken)
    {
        var wait = new ValueTask<ApplyResult>(this, _source.Version);
        if (cancellationToken.CanBeCanceled)
        {
            _cancellation = cancellationToken.UnsafeRegister(
                static (command, token) => ((PendingCommand)command!).Cancel(token), this);
        }

        return wait;
    }

    /// <summary>Answers with <see cref="Result"/> or <see cref="Failure"/>.</summary>
    internal void Answer()
    {
        // The commit and a cancellation may come at the same time: the first one answers.
        if (Interlocked.Exchange(ref _completed, 1) != 0)
        {
            return;
        }

        if (Failure is { } failure)
        {
            _source.SetException(failure);
        }
        else
        {
            _source.SetResult(Result!);
        }
    }

    /// <summary>Answers that nothing was counted, or that the same key will tell (503).</summary>
    internal void AnswerBusy()
    {
        if (Interlocked.Exchange(ref _completed, 1) == 0)
        {
            _source.SetResult(ApplyResult.Busy);
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
