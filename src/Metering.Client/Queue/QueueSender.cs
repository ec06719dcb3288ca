using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Metering.Client;

/// <summary>Takes a queue's records to their receiver, in order, in batches by size and time, for as long as it takes.</summary>
internal sealed class QueueSender : IAsyncDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly DiskQueue _queue;
    private readonly QueueSenderOptions _options;
    private readonly Func<QueueBatch, CancellationToken, Task<int>> _send;
    private readonly Action<QueueBatch, int>? _removed;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly Channel<bool> _wake =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly List<(long Target, TaskCompletionSource Done)> _flushes = [];
    private readonly Task _run;
    private readonly Lazy<Task> _end;
    private (QueueBatch Batch, int Count)? _taken;
    private bool _ended;

    /// <summary>Begins at once.</summary>
    /// <param name="queue">The records; it is disposed with this.</param>
    /// <param name="options">When a batch is sent.</param>
    /// <param name="send">Sends a batch, and says how many of its first records the receiver has; throws when it is away.</param>
    /// <param name="clock">For the pauses.</param>
    /// <param name="log">Where to tell that the receiver is away.</param>
    /// <param name="removed">Is told of a batch how many of its first records have left the queue; null: nobody is.</param>
    public QueueSender(
        DiskQueue queue, QueueSenderOptions options, Func<QueueBatch, CancellationToken, Task<int>> send, TimeProvider clock, ILogger log,
        Action<QueueBatch, int>? removed = null)
    {
        (_queue, _options, _send, _clock, _log, _removed) = (queue, options, send, clock, log, removed);
        _end = new Lazy<Task>(EndAsync);
        _run = Task.Run(RunAsync);
    }

    /// <summary>Says that a record was added.</summary>
    /// <param name="waiting">
    /// What <see cref="DiskQueue.Add"/> returned for it. A number that is read later may be 2 for both of two that came together, and
    /// nobody would wake the sender.
    /// </param>
    public void Added(long waiting)
    {
        if (waiting == 1 || waiting >= _options.BatchRecords)
        {
            _wake.Writer.TryWrite(true);
        }
    }

    /// <summary>Sends what is in the queue now without waiting for more, and waits until the receiver has it.</summary>
    /// <exception cref="MeteringException">The sender was disposed before the receiver had it.</exception>
    /// <exception cref="ObjectDisposedException">The sender had been disposed before.</exception>
    public async Task FlushAsync(CancellationToken stop)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_ended)
            {
                // With a text, because the name of this type says nothing to the callers of the clients.
                throw new ObjectDisposedException(objectName: null, "The client that sends this queue was disposed.");
            }

            _flushes.Add((_queue.Added, done));
        }

        _wake.Writer.TryWrite(true);
        try
        {
            await done.Task.WaitAsync(stop).ConfigureAwait(false);
        }
        finally
        {
            lock (_gate)
            {
                _flushes.RemoveAll(flush => flush.Done == done);
            }
        }
    }

    /// <summary>
    /// Sends what waits, for as long as the options say, and ends. What is left stays in the queue. Disposed again, it waits for the same
    /// end.
    /// </summary>
    public ValueTask DisposeAsync() => new(_end.Value);

    private bool IsFlushing
    {
        get
        {
            lock (_gate)
            {
                return _flushes.Count > 0;
            }
        }
    }

    private async Task EndAsync()
    {
        if (_options.Farewell > TimeSpan.Zero)
        {
            using var farewell = new CancellationTokenSource(_options.Farewell, _clock);
            try
            {
                await FlushAsync(farewell.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                ClientLog.LeftInQueue(_log, _queue.Count);
            }
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        await _run.ConfigureAwait(false);
        FailFlushes();
        try
        {
            _queue.Flush();
        }
        finally
        {
            // Whatever the disk says: otherwise the directory would stay in use.
            _queue.Dispose();
            _stop.Dispose();
        }
    }

    private async Task RunAsync()
    {
        var pause = FirstPause;
        try
        {
            while (true)
            {
                await WaitForBatchAsync().ConfigureAwait(false);
                try
                {
                    await SendAsync().ConfigureAwait(false);
                    pause = FirstPause;
                }
                catch (Exception failure) when (failure is not OperationCanceledException || !_stop.IsCancellationRequested)
                {
                    // Whatever it is: if this loop ended, everything after it would wait for ever, and nobody would be told.
                    var wait = Resilience.Pause(failure, pause);
                    ClientLog.NotSent(_log, _queue.Count, wait.TotalSeconds, failure);
                    await WaitAsync(wait, until: () => false).ConfigureAwait(false);
                    pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The end: the queue keeps what it has.
        }
    }

    private async Task WaitForBatchAsync()
    {
        while (_queue.Count == 0)
        {
            EndFlushes();
            await _wake.Reader.ReadAsync(_stop.Token).ConfigureAwait(false);
        }

        await WaitAsync(_options.MaxDelay, until: () => IsFlushing || _queue.Count >= _options.BatchRecords).ConfigureAwait(false);
    }

    // A flush cuts every wait short: whoever asks for it wants to know now.
    private async Task WaitAsync(TimeSpan time, Func<bool> until)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        var delay = Task.Delay(time, _clock, over.Token);
        while (!until())
        {
            var woken = _wake.Reader.WaitToReadAsync(over.Token).AsTask();
            if (await Task.WhenAny(delay, woken).ConfigureAwait(false) == delay)
            {
                break;
            }

            if (_wake.Reader.TryRead(out _) && IsFlushing)
            {
                break;
            }
        }

        await over.CancelAsync().ConfigureAwait(false);
        _stop.Token.ThrowIfCancellationRequested();
    }

    private async Task SendAsync()
    {
        // What the receiver has is not sent again where the disk did not take the note: it would count once, but what the receiver says of
        // it would be told each time.
        var (batch, count) = _taken ?? await TakeAsync().ConfigureAwait(false);
        if (count == 0)
        {
            return;
        }

        _taken = (batch, count);
        _queue.Remove(batch.After(count), count);
        _taken = null;
        _removed?.Invoke(batch, count);
        try
        {
            _queue.DropReceived();
        }
        finally
        {
            EndFlushes();
        }
    }

    private async Task<(QueueBatch Batch, int Count)> TakeAsync()
    {
        var batch = _queue.Peek(_options.BatchRecords, _options.BatchBytes);
        return (batch, await _send(batch, _stop.Token).ConfigureAwait(false));
    }

    private void EndFlushes()
    {
        lock (_gate)
        {
            foreach (var (target, done) in _flushes)
            {
                if (_queue.Removed >= target)
                {
                    done.TrySetResult();
                }
            }
        }
    }

    // Nothing is sent any more, so whoever waits, or would wait from now on, would do so for ever.
    private void FailFlushes()
    {
        lock (_gate)
        {
            _ended = true;
            foreach (var (_, done) in _flushes)
            {
                done.TrySetException(
                    new MeteringException("The client was disposed before the meter had all. What is left stays in the queue."));
            }
        }
    }
}
