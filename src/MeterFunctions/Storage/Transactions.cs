using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using Metering;

namespace MeterFunctions.Storage;

/// <summary>Transactions whose faults are said in the product's words, wherever in the answer they stand.</summary>
internal static class Transactions
{
    /// <summary>Does all of a transaction or nothing.</summary>
    /// <param name="table">The table.</param>
    /// <param name="actions">Its rows, of one partition.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The answer for each row, in their order.</returns>
    /// <exception cref="StoreUnavailableException">The storage is not there; the transaction may have been done.</exception>
    /// <exception cref="RequestFailedException">It refuses the transaction for one of the rows.</exception>
    // The service may answer 202 for the whole, and say within it that it could not do it. The client reads that above its pipeline, where
    // the policy, and the client's own retries, no longer see it.
    public static async Task<IReadOnlyList<Response>> SubmitAsync(
        this TableClient table, IEnumerable<TableTransactionAction> actions, CancellationToken cancellationToken)
    {
        try
        {
            return (await table.SubmitTransactionAsync(actions, cancellationToken).ConfigureAwait(false)).Value;
        }
        catch (RequestFailedException fault) when (
            StorageFaultPolicy.IsUnavailable(fault.Status) || fault.ErrorCode == TableErrorCode.TableNotFound)
        {
            throw new StoreUnavailableException($"The table storage answers {fault.Status} within a transaction: {table.Name}.", fault);
        }
    }
}
