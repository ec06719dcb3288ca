using Microsoft.Extensions.Logging;

namespace Metering.Client;

/// <summary>
/// Meters a hot path: leases units of a feature in advance, and spends them in memory, millions in a second, without a request. Safe for
/// many threads; make one for each feature with <see cref="MeteringClient.LeaseAsync"/>, and keep it.
/// </summary>
/// <remarks>
/// <para>Never more is spent than was leased. A lease is renewed before it is short or its time is over, sized by the pace of use, and the
/// meter is told in the background what was spent. Use counts at the time when the meter is told, which is at most
/// <see cref="LeasedMeterOptions.SyncInterval"/> later.</para>
/// <para>A journal marks units before they are spent, in chunks that last about a second. After a crash a marked chunk counts as spent, so
/// nothing is used for free. What was not marked can still be spent, by the next process with the same directory, with or without a
/// connection.</para>
/// <para>Without the meter, what was leased can be spent until its time is over; then use is not let through.</para>
/// </remarks>
/// <example><code>
/// await using var calls = await client.LeaseAsync(new() { FeatureCode = "api_calls", Directory = "/var/lib/my-app/leases" });
/// if (!calls.TryConsume()) return TooManyRequests();
/// </code></example>
public sealed class LeasedMeter : IAsyncDisposable
{
    private readonly LeaseStock _stock;
    private readonly LeaseKeeper _keeper;
    private readonly LeasedMeterOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly UsageAnswer _one;
    private int _disposed;

    internal LeasedMeter(LeaseStock stock, LeaseKeeper keeper, LeasedMeterOptions options, TimeProvider clock, ILogger log)
    {
        (_stock, _keeper, _options, _clock, _log) = (stock, keeper, options, clock, log);
        _one = Allowed(1);
    }

    /// <summary>Units that can be spent without asking the meter. Others may be spending them at this moment.</summary>
    public long Left => _stock.Rest;

    /// <summary>Spends units of what was leased, in memory. It never waits for the meter, and about once a second for the disk.</summary>
    /// <param name="amount">Units, above zero.</param>
    /// <returns>
    /// Whether they were spent. When they were not, more is leased in the background; <see cref="ConsumeAsync"/> waits for it, and says why
    /// if there is none.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">The amount is not above zero.</exception>
    /// <exception cref="MeteringException">The journal can't be written, so nothing was spent.</exception>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    public bool TryConsume(long amount = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(amount);
        if (_stock.TrySpend(amount, out var low) || _stock.MarkAndSpend(amount))
        {
            if (low)
            {
                _keeper.Wake();
            }

            return true;
        }

        _keeper.Need(amount);
        return false;
    }

    /// <summary>Spends units, and waits for a new lease where what was leased is not enough.</summary>
    /// <param name="amount">Units, above zero.</param>
    /// <param name="cancellationToken">Ends the wait; nothing was spent.</param>
    /// <returns>
    /// Whether they were spent, and if not, why. An answer out of a lease knows neither use nor limit; a refusal has them from the meter.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">The amount is not above zero.</exception>
    /// <exception cref="MeteringProblemException">The meter refused the request as such: the license key, the feature.</exception>
    /// <exception cref="MeteringUnavailableException">The meter is away, and what was leased is spent or its time is over.</exception>
    /// <exception cref="MeteringException">The journal can't be written, or the lease is not the meter's.</exception>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    public ValueTask<UsageAnswer> ConsumeAsync(long amount = 1, CancellationToken cancellationToken = default) =>
        TryConsume(amount)
            ? new ValueTask<UsageAnswer>(amount == 1 ? _one : Allowed(amount))
            : ConsumeSlowlyAsync(amount, cancellationToken);

    /// <summary>Tells the meter now what was spent, and waits until it has counted.</summary>
    /// <param name="cancellationToken">Ends the wait; the meter is told later.</param>
    /// <exception cref="MeteringException">The meter is away; it is told later.</exception>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    public Task SyncAsync(CancellationToken cancellationToken = default) => _keeper.SyncAsync(cancellationToken);

    /// <summary>
    /// Tells the meter what was spent, and gives the rest back. What can't be told now stays in the journal, and the next process with its
    /// directory goes on with it; so does the lease, until its time is over.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
        {
            return;
        }

        try
        {
            _stock.Stop();
            using var limit = new CancellationTokenSource(_options.CloseTimeout, _clock);
            // First what was spent. If that gets through, the meter is there, and the leases can be closed as well; otherwise they stay
            // good for the next process.
            await _keeper.SyncAsync(limit.Token).ConfigureAwait(false);
            _stock.EndAll();
            await _keeper.SyncAsync(limit.Token).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is MeteringException or OperationCanceledException)
        {
            ClientLog.LeaseKept(_log, _options.FeatureCode!, failure);
        }
        finally
        {
            await _keeper.DisposeAsync().ConfigureAwait(false);
            _stock.Dispose();
        }
    }

    private UsageAnswer Allowed(long amount) => new() { Allowed = true, FeatureCode = _options.FeatureCode!, Amount = amount };

    private async ValueTask<UsageAnswer> ConsumeSlowlyAsync(long amount, CancellationToken stop)
    {
        while (true)
        {
            var refused = await _keeper.TakeAsync(amount, stop).ConfigureAwait(false);
            if (TryConsume(amount))
            {
                return amount == 1 ? _one : Allowed(amount);
            }

            if (refused is not null)
            {
                return refused;
            }
        }
    }
}
