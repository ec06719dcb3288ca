using Microsoft.Extensions.Logging;

namespace Metering.Client;

/// <summary>Opens leased meters, with what their journals have.</summary>
internal static class LeasedMeters
{
    public static async Task<LeasedMeter> OpenAsync(
        MeterHttp http, LeasedMeterOptions options, TimeProvider clock, ILogger log, CancellationToken stop)
    {
        var calls = new LeaseCalls(http, options);
        var tokens = new LeaseTokens(options.Directory!, options.TrustedKeys, calls.KeysAsync);
        var stock = Open(options.Directory!, clock);
        try
        {
            foreach (var lease in stock.Kept.Where(lease => !lease.Ended))
            {
                // Proved again, because a file can be changed. Without a connection that takes the keys from the last time.
                if (await tokens.CheckAsync(lease, options.FeatureCode!).ConfigureAwait(false) is { } wrong)
                {
                    ClientLog.LeaseRejected(log, lease.Id, wrong);
                    stock.End(lease);
                }
            }
        }
        catch
        {
            stock.Dispose();
            throw;
        }

        var keeper = new LeaseKeeper(stock, new LeaseTaker(stock, calls, tokens, options, clock, log), calls, options, clock, log);
        var meter = new LeasedMeter(stock, keeper, options, clock, log);
        if (meter.Left == 0)
        {
            try
            {
                await keeper.TakeAsync(1, stop).ConfigureAwait(false);
            }
            catch (MeteringUnavailableException)
            {
                // The keeper has told the log, and asks again; whoever consumes is told.
            }
            catch
            {
                await meter.DisposeAsync().ConfigureAwait(false);
                throw;
            }
        }

        return meter;
    }

    private static LeaseStock Open(string directory, TimeProvider clock)
    {
        LeaseJournal? journal = null;
        try
        {
            journal = new LeaseJournal(directory);
            return new LeaseStock(journal, clock);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            journal?.Dispose();
            throw new MeteringException($"The journal of leases in {directory} can't be opened: {failure.Message}", failure);
        }
        catch
        {
            journal?.Dispose();
            throw;
        }
    }
}
