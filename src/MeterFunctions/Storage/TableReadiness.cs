using MeterFunctions.Hosting;
using Metering;

namespace MeterFunctions.Storage;

/// <summary>
/// Ready when the settings lead to a storage, its tables are there and answer, and the instance's clock agrees with theirs.
/// </summary>
internal sealed class TableReadiness(MeterTables tables, HostClock clock, StorageTime storage, SettingFaults settings) : IReadiness
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <inheritdoc/>
    public async ValueTask<string?> WhyNotReadyAsync(CancellationToken cancellationToken)
    {
        // The lease key's is not among them: everything but leases is answered without it.
        if ((settings.Storage ?? settings.Hub) is { } wrong)
        {
            return wrong;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            return await ProblemAsync(limit.Token).WaitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"The table storage did not answer within {Patience.TotalSeconds} s.";
        }
        catch (InvalidDataException otherForm)
        {
            return otherForm.Message;
        }
        catch (Exception fault) when (fault is StoreUnavailableException or Azure.RequestFailedException)
        {
            // The storage refuses what is signed with a time that is a quarter of an hour off; then the clock is what has to be told.
            return storage.Problem ?? "The table storage is not available.";
        }
    }

    private async Task<string?> ProblemAsync(CancellationToken cancellationToken)
    {
        // Any row will do: that there is none is an answer too.
        await tables.FindAsync(TableKeys.Settings, TableKeys.SettingPartition, TableKeys.ClockRow, cancellationToken).ConfigureAwait(false);
        return await clock.ProblemAsync(cancellationToken).ConfigureAwait(false);
    }
}
