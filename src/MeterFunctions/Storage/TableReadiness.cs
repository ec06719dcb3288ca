using Metering;

namespace MeterFunctions.Storage;

/// <summary>Ready when the tables are there and answer.</summary>
internal sealed class TableReadiness(MeterTables tables) : IReadiness
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <inheritdoc/>
    public async ValueTask<string?> WhyNotReadyAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            // Any row will do: that there is none is an answer too.
            await tables.FindAsync(TableKeys.Settings, TableKeys.SettingPartition, TableKeys.ClockRow, limit.Token).AsTask()
                .WaitAsync(limit.Token).ConfigureAwait(false);
            return null;
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
            return "The table storage is not available.";
        }
    }
}
