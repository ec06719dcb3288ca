using System.Runtime.ExceptionServices;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Metering.Client;

/// <summary>Works behind a leased meter: marks ahead, takes leases before they are short, and tells the meter what was spent.</summary>
internal sealed class LeaseKeeper : IAsyncDisposable
{
    private const int Looks = 8;

    // Use counts at the time of its step, so a step is made just before a period ends.
    private static readonly TimeSpan BeforePeriodEnds = TimeSpan.FromMilliseconds(100);

    private readonly LeaseStock _stock;
    private readonly LeaseTaker _taker;
    private readonly LeaseDemand _demand;
    private readonly LeaseCalls _calls;
    private readonly LeasedMeterOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<bool> _wake =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private readonly Lock _gate = new();
    private readonly LeasePause _pause;
    private readonly Task _run;
    private TaskCompletionSource? _syncing;

    // By the process's own clock, because the time of day may be set back; a period's end is a time of day.
    private long _syncedAt;
    private DateTimeOffset _syncAt;
    private bool _ended;

    /// <summary>Begins at once.</summary>
    public LeaseKeeper(
        LeaseStock stock, LeaseTaker taker, LeaseCalls calls, LeasedMeterOptions options, TimeProvider clock, ILogger log)
    {
        (_stock, _taker, _calls, _options, _clock, _log) = (stock, taker, calls, options, clock, log);
        (_demand, _pause) = (new LeaseDemand(clock), new LeasePause(clock));
        (_syncedAt, _syncAt) = (clock.GetTimestamp(), clock.GetUtcNow());
        _run = Task.Run(RunAsync);
    }

    private TimeSpan SyncLeft
    {
        get
        {
            var (own, day) = (_options.SyncInterval - _clock.GetElapsedTime(_syncedAt), _syncAt - _clock.GetUtcNow());
            return own < day ? own : day;
        }
    }

    /// <summary>Says that there is something to do.</summary>
    public void Wake() => _wake.Writer.TryWrite(true);

    /// <summary>Says that more was wanted than the leases have.</summary>
    public void Need(long amount)
    {
        _demand.Note(amount);
        Wake();
    }

    /// <summary>Waits for a lease of at least so many units.</summary>
    /// <returns>
    /// Null when there is one; otherwise the answer that refused it, which others may have asked for too: what is there may do by now.
    /// </returns>
    /// <exception cref="MeteringException">The meter is away, or the journal can't be written.</exception>
    public async Task<UsageAnswer?> TakeAsync(long amount, CancellationToken stop)
    {
        Task<UsageAnswer?> taken;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_ended, typeof(LeasedMeter));
            _pause.ThrowIfOn();
            taken = _demand.WaitAsync(amount);
        }

        Wake();
        return await taken.WaitAsync(stop).ConfigureAwait(false);
    }

    /// <summary>Tells the meter now what was spent, and waits for it.</summary>
    /// <exception cref="MeteringException">The meter is away, or the journal can't be written.</exception>
    public async Task SyncAsync(CancellationToken stop)
    {
        Task synced;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_ended, typeof(LeasedMeter));
            _syncing ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            synced = _syncing.Task;
            _pause.End();
        }

        Wake();
        await synced.WaitAsync(stop).ConfigureAwait(false);
    }

    /// <summary>Ends the work. Nothing is sent any more.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _run.ConfigureAwait(false);
        TaskCompletionSource? syncing;
        lock (_gate)
        {
            (_ended, syncing) = (true, _syncing);
        }

        var disposed = new MeteringException("The leased meter was disposed.");
        _demand.Fail(disposed);
        syncing?.SetException(disposed);
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                try
                {
                    await WorkAsync().ConfigureAwait(false);
                }
                catch (Exception failure) when (failure is not OperationCanceledException || !_stop.IsCancellationRequested)
                {
                    // Whatever it is: if this loop ended, nothing would be leased or told any more, and nobody would know.
                    Pause(failure);
                }

                await WaitAsync().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The end.
        }
    }

    private async Task WorkAsync()
    {
        if (IsPaused())
        {
            return;
        }

        ExceptionDispatchInfo? notTaken = null;
        try
        {
            _stock.MarkAhead();
            await TakeAsync().ConfigureAwait(false);
        }
        catch (Exception failure) when (!_stop.IsCancellationRequested)
        {
            // What was spent is told all the same. And if the license has as many open leases as it may, those that have ended must be
            // closed first.
            notTaken = ExceptionDispatchInfo.Capture(failure);
        }

        if (IsSyncDue() || _stock.EndedCount > 0)
        {
            await SyncAsync().ConfigureAwait(false);
        }

        notTaken?.Throw();
        _pause.Reset();
    }

    private async Task TakeAsync()
    {
        if (_demand.Take() is not { } wanted)
        {
            return;
        }

        try
        {
            _demand.Answer(wanted, await _taker.TakeAsync(wanted.Most, wanted.Least, _stop.Token).ConfigureAwait(false));
        }
        catch (Exception failure)
        {
            wanted.Waiting?.TrySetException(Known(failure));
            throw;
        }
    }

    private async Task SyncAsync()
    {
        // Taken over, so that whoever asks from now on is served next: what was spent since may not be in these steps.
        TaskCompletionSource? syncing;
        lock (_gate)
        {
            (syncing, _syncing) = (_syncing, null);
        }

        try
        {
            await TellAsync().ConfigureAwait(false);
            syncing?.SetResult();
        }
        catch (Exception failure)
        {
            syncing?.SetException(Known(failure));
            throw;
        }
    }

    private async Task TellAsync()
    {
        var (began, next) = (_clock.GetTimestamp(), _clock.GetUtcNow() + _options.SyncInterval);
        foreach (var report in _stock.MakeSteps())
        {
            var answer = await _calls.SyncAsync(report, _stop.Token).ConfigureAwait(false);
            if (answer?.Refusal is { } refusal)
            {
                throw new MeteringException($"The meter did not take what was spent: {refusal.Detail}");
            }

            ClientMetrics.Told(_options.FeatureCode!, (long)report.Steps.Sum(step => step.Amount));
            _stock.Told(report, closed: report.Close || answer is null);
            next = answer?.ResetsAt is { } reset && reset - BeforePeriodEnds is var before && before < next
                && before > _clock.GetUtcNow() ? before : next;
        }

        lock (_gate)
        {
            (_syncedAt, _syncAt) = (began, next);
        }
    }

    private static MeteringException Known(Exception failure) =>
        failure as MeteringException ?? new MeteringException($"Leasing failed: {failure.Message}", failure);

    private void Pause(Exception failure)
    {
        var known = Known(failure);
        TimeSpan pause;
        lock (_gate)
        {
            pause = _pause.Begin(known);
            // In one turn with it: whoever waits only after the pause was not refused by this.
            _demand.Fail(known);
        }

        ClientLog.LeaseFailed(_log, _options.FeatureCode!, pause.TotalSeconds, failure);
    }

    private bool IsPaused()
    {
        lock (_gate)
        {
            // Whoever asks for a sync wants it tried now, also if something else has failed in the same moment.
            return _syncing is null && _pause.Left > TimeSpan.Zero;
        }
    }

    private bool IsSyncDue()
    {
        lock (_gate)
        {
            return _syncing is not null || SyncLeft <= TimeSpan.Zero;
        }
    }

    private async Task WaitAsync()
    {
        TimeSpan wait;
        lock (_gate)
        {
            wait = _syncing is not null ? TimeSpan.Zero
                : _pause.Left is var pause && pause > TimeSpan.Zero ? pause
                : _demand.IsAwaited ? TimeSpan.Zero
                : SyncLeft;
        }

        // To see in time that a lease comes to its end while nobody spends.
        wait = wait < _options.LeaseTime / Looks ? wait : _options.LeaseTime / Looks;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        if (wait > TimeSpan.Zero)
        {
            var woken = _wake.Reader.WaitToReadAsync(over.Token).AsTask();
            await Task.WhenAny(Task.Delay(wait, _clock, over.Token), woken).ConfigureAwait(false);
        }

        _wake.Reader.TryRead(out _);
        await over.CancelAsync().ConfigureAwait(false);
        _stop.Token.ThrowIfCancellationRequested();
    }
}
