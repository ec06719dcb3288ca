using System.Text.Json;
using MeterFunctions.Hosting;
using MeterFunctions.Storage;
using Metering;
using Microsoft.Extensions.Logging;

namespace MeterFunctions.Entities;

/// <summary>
/// The way of this instance's commands to one license: while one message is on its way, the next commands queue and go
/// together in the next one, and one read finds the answers to all of a message.
/// </summary>
internal sealed class LicenseLane(string licenseId, LaneParts parts)
{
    // So long the first command waits for others that come with it: the events of a request go in one message.
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(1);

    private readonly Lock _turn = new();
    private readonly Queue<Waiting> _queue = new();
    private bool _running;
    private bool _closed;

    /// <summary>Queues commands, all or none.</summary>
    /// <param name="commands">The commands.</param>
    /// <param name="answers">Their answers, in their order; null when too many wait.</param>
    /// <returns>False when the lane is closed: another one is to be made.</returns>
    public bool TryAdd(IReadOnlyList<PendingCommand> commands, out Task<ApplyResult>[]? answers)
    {
        var waiting = commands.Select(command => new Waiting(command)).ToArray();
        answers = Array.ConvertAll(waiting, one => one.Answer.Task);
        lock (_turn)
        {
            if (_closed)
            {
                return false;
            }

            // All or none: the caller is told one thing of all of them. A list may pass the limit, or one longer than it would never fit.
            if (_queue.Count >= parts.MaxQueued)
            {
                answers = null;
                return true;
            }

            foreach (var one in waiting)
            {
                _queue.Enqueue(one);
            }

            if (!_running)
            {
                _running = true;
                _ = Task.Run(WorkAsync);
            }

            return true;
        }
    }

    /// <summary>Closes the lane if it is idle.</summary>
    public bool TryClose()
    {
        lock (_turn)
        {
            return _closed = !_running;
        }
    }

    // Never fails: what goes wrong is told to the callers.
    private async Task WorkAsync()
    {
        await Task.Delay(Gather).ConfigureAwait(false);
        while (Take() is { Count: > 0 } batch)
        {
            try
            {
                await BringAsync(batch).ConfigureAwait(false);
            }
#pragma warning disable CA1031 // The lane must go on; the callers are told, and the fault is logged.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                parts.Logger.MessageNotSent(fault, licenseId, batch.Count);
                foreach (var one in batch)
                {
                    one.Answer.TrySetResult(ApplyResult.Busy);
                }
            }
        }
    }

    private List<Waiting> Take()
    {
        lock (_turn)
        {
            var batch = new List<Waiting>();
            var bytes = 0;

            // One at least, however large, or it would wait for ever.
            while (
                batch.Count < parts.MaxMessageCommands && _queue.TryPeek(out var next)
                    && (batch.Count == 0 || bytes + next.Json.Length <= parts.MaxMessageBytes))
            {
                bytes += next.Json.Length;
                batch.Add(_queue.Dequeue());
            }

            // Under the lock that TryAdd takes: a command that comes now is in this round, or starts the work anew.
            _running = batch.Count > 0;
            return batch;
        }
    }

    private async Task BringAsync(List<Waiting> batch)
    {
        // Before the message is sent: the entity may have run before this goes on.
        using var applied = parts.Applied.Listen(LicenseCounter.IdOf(licenseId).Key);
        using var deadline = new CancellationTokenSource(parts.AnswerWait);
        parts.Pace.Begin();
        try
        {
            await parts.Messages.SendAsync(licenseId, batch.ConvertAll(one => one.Json), deadline.Token).ConfigureAwait(false);
            await ReadAnswersAsync(batch, applied.Told, deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            await GiveUpAsync(batch).ConfigureAwait(false);
        }
        finally
        {
            parts.Pace.End();
        }
    }

    private async Task ReadAnswersAsync(List<Waiting> batch, Task told, CancellationToken deadline)
    {
        var open = batch.ToDictionary(one => one.Command.Id, StringComparer.Ordinal);
        for (var read = 0; open.Count > 0; read++)
        {
            await parts.Pace.WaitAsync(read, told, deadline).ConfigureAwait(false);

            // Before the read: what is told during it says nothing of whether the read came too early.
            var wasTold = told.IsCompleted;
            if (await TryReadAsync(deadline).ConfigureAwait(false) is not { } state)
            {
                continue;
            }

            foreach (var answer in state.Answers)
            {
                if (open.Remove(answer.Id, out var one))
                {
                    one.Complete(answer);
                }
            }

            if (wasTold)
            {
                parts.Pace.Learn(found: open.Count == 0);
            }
        }
    }

    private async ValueTask<CounterState?> TryReadAsync(CancellationToken deadline)
    {
        try
        {
            return await parts.Reader.ReadAsync(licenseId, deadline).ConfigureAwait(false);
        }
        catch (StoreUnavailableException lost)
        {
            // Until the wait runs out, the next read may find it.
            parts.Logger.StorageLost(lost, licenseId, "read", 1);
            return null;
        }
    }

    // The answer may have left the entity's last ones unread; a command that counted is found in the ledger by its identity.
    private async Task GiveUpAsync(List<Waiting> batch)
    {
        var late = batch.FindAll(one => !one.Answer.Task.IsCompleted);
        if (late.Count == 0)
        {
            return;
        }

        parts.Logger.AnswerLate(licenseId, late.Count, (long)parts.AnswerWait.TotalMilliseconds);

        // Without the deadline, which is over: these reads tell a command that counted from one that did not.
        var sequence = await parts.Reader.SequenceAsync(licenseId, CancellationToken.None).ConfigureAwait(false) ?? 0;
        foreach (var one in late)
        {
            var first = await FindFirstAsync(one.Command.Once, sequence).ConfigureAwait(false);
            one.Answer.TrySetResult(first?.ToApplyResult() ?? ApplyResult.Busy);
        }
    }

    private async ValueTask<TurnResult?> FindFirstAsync(Once? once, long sequence)
    {
        var rows = await parts.Ledger.ReadAsync(licenseId, Identity.Of(once), CancellationToken.None).ConfigureAwait(false);
        var now = await parts.Clock.ReadAsync(CancellationToken.None).ConfigureAwait(false);

        // A row above the state's number is of an attempt that is not committed, and may be taken away.
        var counted = rows.Where(row => row.Value.Sequence <= sequence).ToDictionary(StringComparer.Ordinal);
        return Turn.FindFirst(once, new IdentityRows(counted), now, parts.Rules);
    }

    private sealed class Waiting(PendingCommand command)
    {
        public PendingCommand Command { get; } = command;

        public byte[] Json { get; } = JsonSerializer.SerializeToUtf8Bytes(command, CounterJson.Default.PendingCommand);

        public TaskCompletionSource<ApplyResult> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Complete(CounterAnswer answer) => Answer.TrySetResult(CounterAnswers.ToResult(answer));
    }
}
