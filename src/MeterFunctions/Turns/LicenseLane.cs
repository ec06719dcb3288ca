using System.Collections.Immutable;
using System.Diagnostics;
using Azure;
using MeterFunctions.Hosting;
using MeterFunctions.Licenses;
using Metering;

namespace MeterFunctions.Turns;

/// <summary>
/// The way of this instance's commands to one license: while some are on their way, the next ones queue and go together. They are committed
/// from here, or brought to the license's entity (<see cref="TurnsOption"/>).
/// </summary>
internal sealed class LicenseLane(string licenseId, LaneParts parts)
{
    // For so long a license that others write too is left to its entity.
    private static readonly TimeSpan Yield = TimeSpan.FromSeconds(2);

    private readonly Lock _turn = new();
    private readonly Queue<Waiting> _queue = new();
    private bool _running;
    private bool _closed;

    // Of the one worker.
    private long? _yieldedAt;
    private bool _answersElsewhere;

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
                parts.Logger.CommandsNotBrought(fault, licenseId, batch.Count);

                // Busy is asked again, and an event hub's batch without end. What no repeat can mend must not look like it.
                var result = fault is StoreUnavailableException or UnknownFormatException or OperationCanceledException
                    or RequestFailedException ? ApplyResult.Busy : ApplyResult.Failed;
                foreach (var one in batch)
                {
                    one.Complete(result);
                }
            }
        }
    }

    private List<Waiting> Take()
    {
        lock (_turn)
        {
            // A commit takes as many transactions as it needs, and a message its own number.
            var most = parts.Turns == TurnsOption.Entity ? parts.MaxMessageCommands : ILicenseMeters.MaxCommands;
            var batch = new List<Waiting>();
            while (batch.Count < most && _queue.TryDequeue(out var next))
            {
                batch.Add(next);
            }

            // Under the lock that TryAdd takes: a command that comes now is in this round, or starts the work anew.
            _running = batch.Count > 0;
            return batch;
        }
    }

    private async Task BringAsync(List<Waiting> batch)
    {
        if (parts.Turns == TurnsOption.WhenContended && !HasYielded())
        {
            await InTimeAsync(batch, deadline => CommitAsync(batch, deadline)).ConfigureAwait(false);
        }

        // One after the other: when a message is sent, those whose commands were in the one before have been told something.
        while (Open(batch) is { Count: > 0 } left)
        {
            var message = MessageOf(left);
            await InTimeAsync(message, deadline => BringToEntityAsync(message, deadline)).ConfigureAwait(false);
        }
    }

    private async Task InTimeAsync(List<Waiting> batch, Func<CancellationToken, Task> work)
    {
        using var deadline = new CancellationTokenSource(parts.AnswerWait);
        try
        {
            await work(deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            await GiveUpAsync(batch).ConfigureAwait(false);
        }
    }

    // What goes in one message: one command at least, however large, or it would wait for ever.
    private List<Waiting> MessageOf(List<Waiting> waiting)
    {
        var (count, bytes) = (0, 0);
        while (count < Math.Min(waiting.Count, parts.MaxMessageCommands)
            && ((bytes += waiting[count].Bytes) <= EntityMessages.MaxBytes || count == 0))
        {
            count++;
        }

        return waiting[..count];
    }

    private bool HasYielded()
    {
        if (_yieldedAt is { } since && Stopwatch.GetElapsedTime(since) >= Yield)
        {
            _yieldedAt = null;
        }

        return _yieldedAt is not null;
    }

    // What is not told then is the entity's. Each is told as soon as its transaction is done: those after it may meet a fault.
    private async Task CommitAsync(List<Waiting> batch, CancellationToken deadline)
    {
        var next = 0;
        var taken = await parts.Writer.ApplyAsync(
            licenseId, Commands(batch), OnContention.Yield, message: null, one => batch[next++].Complete(one.Result), deadline)
            .ConfigureAwait(false);
        if (taken.Length < batch.Count)
        {
            _yieldedAt = Stopwatch.GetTimestamp();
        }
    }

    private async Task BringToEntityAsync(List<Waiting> batch, CancellationToken deadline)
    {
        // Before the message is sent: the entity may have run before this goes on.
        var answers = batch.ConvertAll(one => parts.Here.Wait(one.Command.Id));
        try
        {
            await parts.Messages.SendAsync(licenseId, parts.Here.Instance, Commands(batch), deadline).ConfigureAwait(false);
            await WaitAsync(batch, answers, deadline).ConfigureAwait(false);
        }
        finally
        {
            foreach (var one in batch)
            {
                parts.Here.Leave(one.Command.Id);
            }
        }
    }

    private async Task WaitAsync(List<Waiting> batch, List<Task<ApplyResult>> answers, CancellationToken deadline)
    {
        var all = Task.WhenAll(answers);
        for (var look = 0; ; look++)
        {
            var pause = Task.Delay(AnswerPace.Before(look, _answersElsewhere), deadline);
            if (await Task.WhenAny(all, pause).ConfigureAwait(false) == all)
            {
                _answersElsewhere = false;
                var results = await all.ConfigureAwait(false);
                for (var i = 0; i < results.Length; i++)
                {
                    batch[i].Complete(results[i]);
                }

                return;
            }

            await pause.ConfigureAwait(false);

            // The entity runs in another instance, or has not come to run yet.
            if (await parts.Remote.FindAsync(licenseId, Open(batch), withEntity: look % 2 == 1, deadline).ConfigureAwait(false))
            {
                _answersElsewhere = true;
            }

            if (Open(batch).Count == 0)
            {
                return;
            }
        }
    }

    // A command that counted is found by its identity, however late.
    private async Task GiveUpAsync(List<Waiting> batch)
    {
        var late = Open(batch);
        if (late.Count == 0)
        {
            return;
        }

        parts.Logger.AnswerLate(licenseId, late.Count, (long)parts.AnswerWait.TotalMilliseconds);

        // Without the deadline, which is over: this tells a command that counted from one that did not.
        await parts.Remote.FindAsync(licenseId, late, withEntity: false, CancellationToken.None).ConfigureAwait(false);
        foreach (var one in late)
        {
            one.Complete(ApplyResult.Busy);
        }
    }

    private static List<Waiting> Open(List<Waiting> batch) => batch.FindAll(one => !one.Answer.Task.IsCompleted);

    private static ImmutableArray<PendingCommand> Commands(List<Waiting> batch) => [.. batch.Select(one => one.Command)];
}
