using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Metering.Api;

/// <summary>
/// Runs migrations as background tasks of this process. Their progress is in memory: after a restart a migration is forgotten, and is
/// simply started again.
/// </summary>
public sealed class InProcessMigrations(
    ILicenseDirectory directory,
    PlanMigration migration,
    IOptions<ApiOptions> options,
    IHostApplicationLifetime lifetime,
    ILogger<InProcessMigrations> logger)
    : IMigrations
{
    private const int RememberedForEachRunning = 10;
    private const int AtOnce = 16;

    // With the waits between them two seconds: what was busy for a moment does not stop a migration of thousands.
    private const int Attempts = 5;
    private static readonly TimeSpan AttemptDelay = TimeSpan.FromMilliseconds(200);

    private readonly ConcurrentDictionary<string, Migration> _known = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();
    // For the count and the memory of this process's own tasks. What a migration changes needs no turn here: each license's writer decides,
    // so two processes that ran the same migration would only do it twice. (The Functions app runs it as an orchestration instead.)
    private readonly Lock _turn = new();
    private int _running;

    /// <inheritdoc/>
    public ValueTask<Migration?> StartAsync(
        string id, string planId, int? fromVersion, int toVersion, CancellationToken cancellationToken)
    {
        var started = new Migration { Id = id, PlanId = planId, FromVersion = fromVersion, ToVersion = toVersion };
        lock (_turn)
        {
            if (_known.TryGetValue(id, out var known))
            {
                return ValueTask.FromResult<Migration?>(known);
            }

            if (_running >= options.Value.MaxMigrations)
            {
                return ValueTask.FromResult<Migration?>(null);
            }

            _running++;
            _known[started.Id] = started;
            _order.Enqueue(started.Id);
            if (_order.Count > options.Value.MaxMigrations * RememberedForEachRunning)
            {
                _known.TryRemove(_order.Dequeue(), out _);
            }
        }

        // Not by the request's token: the migration goes on when the answer has left. The end of the process stops it.
        _ = Task.Run(() => RunAsync(started), CancellationToken.None);
        return ValueTask.FromResult<Migration?>(started);
    }

    /// <inheritdoc/>
    public ValueTask<Migration?> FindAsync(string id, CancellationToken cancellationToken) =>
        ValueTask.FromResult(_known.GetValueOrDefault(id));

    private async Task RunAsync(Migration started)
    {
        var tally = new MigrationTally(started, Failed: 0);
        try
        {
            string? cursor = null;
            do
            {
                var page = await directory.ListAsync(null, cursor, Page<LicenseRecord>.MaxSize, lifetime.ApplicationStopping)
                    .ConfigureAwait(false);
                foreach (var part in page.Items.Chunk(AtOnce))
                {
                    tally = tally.With(await Task.WhenAll(part.Select(license => MoveAsync(license.Id, started))).ConfigureAwait(false));
                    if (tally.HasFailed)
                    {
                        logger.MigrationFailed(null, started.Id, started.PlanId);
                        Note(tally.Stopped());
                        return;
                    }

                    Note(tally.Progress);
                }

                cursor = page.NextCursor;
            }
            while (cursor is not null);
            Note(tally.Ended());
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // No fault, so no error: an operator has stopped the process, and what was moved stays moved.
            logger.MigrationInterrupted(started.Id, started.PlanId, tally.Progress.Total);
            Note(tally.Stopped());
        }
        catch (Exception exception)
        {
            // A background task has nobody to throw to: whoever asks for the migration learns that it failed, the log learns why.
            logger.MigrationFailed(exception, started.Id, started.PlanId);
            Note(tally.Stopped());
        }
        finally
        {
            lock (_turn)
            {
                _running--;
            }
        }
    }

    private async Task<MoveResult> MoveAsync(string licenseId, Migration started)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await migration.TryMoveAsync(licenseId, started, mayPass: null, lifetime.ApplicationStopping)
                    .ConfigureAwait(false);
            }
            catch (StoreUnavailableException) when (attempt < Attempts)
            {
                await Task.Delay(AttemptDelay * attempt, lifetime.ApplicationStopping).ConfigureAwait(false);
            }
        }
    }

    private void Note(Migration progress)
    {
        // One that is forgotten meanwhile stays forgotten.
        if (_known.TryGetValue(progress.Id, out var known))
        {
            // An update and no assignment, because StartAsync may forget it between the look and the write.
            _known.TryUpdate(progress.Id, progress, known);
        }
    }
}
