namespace Metering.Client;

/// <summary>Who wants more units than the leases have, and what the meter last said to that.</summary>
internal sealed class LeaseDemand(TimeProvider clock)
{
    // Soon again, because an operator may have granted more.
    private static readonly TimeSpan RefusalPause = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private long _most;
    private long _least = long.MaxValue;
    private TaskCompletionSource<UsageAnswer?>? _waiting;
    private UsageAnswer? _refused;
    private long _refusedFrom;
    private long _refusedAt;
    private TimeSpan _refusedFor;

    /// <summary>Whether somebody waits.</summary>
    public bool IsAwaited
    {
        get
        {
            lock (_gate)
            {
                return _waiting is not null;
            }
        }
    }

    // By the process's own clock: the time of day may be set back, and a refusal of a second would hold for an hour.
    private bool IsRefused => clock.GetElapsedTime(_refusedAt) < _refusedFor;

    /// <summary>Notes that so many units were wanted.</summary>
    public void Note(long amount)
    {
        lock (_gate)
        {
            (_most, _least) = (Math.Max(_most, amount), Math.Min(_least, amount));
        }
    }

    /// <summary>Waits for so many units.</summary>
    /// <returns>
    /// Null when units came; otherwise the answer that refused them. Others wait as well, so what is there may or may not do by now.
    /// </returns>
    public Task<UsageAnswer?> WaitAsync(long amount)
    {
        lock (_gate)
        {
            if (amount >= _refusedFrom && IsRefused)
            {
                return Task.FromResult(_refused);
            }

            Note(amount);
            _waiting ??= new TaskCompletionSource<UsageAnswer?>(TaskCreationOptions.RunContinuationsAsynchronously);
            return _waiting.Task;
        }
    }

    /// <summary>Takes what is wanted over, so that whoever comes while the meter is asked is served next.</summary>
    /// <returns>Null when the meter has just refused, and nobody waits for less.</returns>
    public WantedUnits? Take()
    {
        lock (_gate)
        {
            if (_waiting is null && IsRefused)
            {
                return null;
            }

            var wanted = new WantedUnits(_most, _least, _waiting);
            (_most, _least, _waiting) = (0, long.MaxValue, null);
            return wanted;
        }
    }

    /// <summary>Tells those who wait what came of it.</summary>
    /// <param name="wanted">What was asked for.</param>
    /// <param name="refused">The answer that refused it; null: units came.</param>
    public void Answer(WantedUnits wanted, UsageAnswer? refused)
    {
        lock (_gate)
        {
            if (refused is not null)
            {
                var asked = refused.Refusal!.RetryAfter ?? RefusalPause;
                // Less than what was refused may still be had.
                (_refused, _refusedFrom) = (refused, wanted.Most == 0 ? 1 : wanted.Least);
                (_refusedAt, _refusedFor) = (clock.GetTimestamp(), asked < RefusalPause ? asked : RefusalPause);
            }
        }

        wanted.Waiting?.SetResult(refused);
    }

    /// <summary>Tells those who wait why nothing comes.</summary>
    public void Fail(Exception failure)
    {
        TaskCompletionSource<UsageAnswer?>? waiting;
        lock (_gate)
        {
            (waiting, _waiting) = (_waiting, null);
        }

        waiting?.SetException(failure);
    }
}
