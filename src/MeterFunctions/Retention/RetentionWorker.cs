using MeterFunctions.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MeterFunctions.Retention;

/// <summary>
/// Looks after licenses that have committed here, one after the other, beside the answers and never before one. What an instance that ends
/// leaves undone is done a day later.
/// </summary>
internal sealed class RetentionWorker(DueLicenses due, LicenseRetention retention, ILogger<RetentionWorker> logger) : BackgroundService
{
    // A license with more to do than this gets another turn after the others.
    private const int MaxRequests = 200;

    // Of those that have stopped; a license that is not among them begins again at its beginning.
    private readonly Dictionary<string, RetentionPlace> _places = new(StringComparer.Ordinal);

    /// <summary>Does a part of what is due for the next license.</summary>
    internal async Task StepAsync(CancellationToken cancellationToken)
    {
        var licenseId = await due.TakeAsync(cancellationToken).ConfigureAwait(false);
        _places.Remove(licenseId, out var place);
        try
        {
            place = await retention.RunAsync(licenseId, place, new RequestBudget(MaxRequests), cancellationToken).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The license is looked at again tomorrow; it is logged, and the next one has its turn.
        catch (Exception fault) when (fault is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            logger.RetentionFailed(fault, licenseId);
            return;
        }

        if (place is not null && due.TryAdd(licenseId))
        {
            _places[licenseId] = place;
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await StepAsync(stoppingToken).ConfigureAwait(false);
        }
    }
}
