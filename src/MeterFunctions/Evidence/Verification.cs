using System.Runtime.CompilerServices;
using Azure.Data.Tables;
using MeterFunctions.Storage;
using Metering;

namespace MeterFunctions.Evidence;

/// <summary>
/// Proves what the tables say (rule 9), step by step: the directory from all of its sides, then every license of it, and between them the
/// partitions to which no license leads. It only reads, and others may write meanwhile.
/// </summary>
/// <remarks>
/// A step's findings come with the place behind it, in one order however many licenses are looked at together. So who goes on from the last
/// place finds what one run would have found, and no more.
/// </remarks>
internal sealed class Verification(MeterTables tables, DirectoryCheck directory, LicenseLook look)
{
    /// <summary>So many licenses are looked at together, because each waits for the storage nearly all the time.</summary>
    public const int MaxTogether = 8;

    // And so many may be begun or done before the one whose turn it is to be told: one large license holds up no other for long.
    private const int MaxAhead = 64;

    /// <summary>The steps from a place on, to the end.</summary>
    /// <param name="from">The place.</param>
    /// <param name="followed">Told of entries that were followed, how many, by any thread.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="StoreUnavailableException">The storage does not answer; what was found is what the steps before have told.</exception>
    /// <exception cref="FormatException">The place is not one that a step gave.</exception>
    public async IAsyncEnumerable<VerificationStep> StepsAsync(
        VerificationPlace from, Action<long> followed, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var place = from.Directory; place is not null;)
        {
            var step = await directory.StepAsync(place.Length == 0 ? null : place, cancellationToken).ConfigureAwait(false);
            place = step.Next;
            yield return new VerificationStep
            {
                Differences = step.Differences,
                Leftovers = step.Leftovers,
                Next = new VerificationPlace(place, ""),
            };
        }

        // Whoever stops in the middle, or fails, leaves none of the others running.
        using var others = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var turns = new SemaphoreSlim(MaxTogether);
        var ahead = new Queue<Task<VerificationStep>>();
        try
        {
            await foreach (var (row, before) in PartitionsAsync(from.After, others.Token).ConfigureAwait(false))
            {
                ahead.Enqueue(InTurnAsync(turns, () => look.AtAsync(row, before, followed, others.Token), others.Token));
                if (ahead.Count == MaxAhead)
                {
                    yield return await ahead.Dequeue().ConfigureAwait(false);
                }
            }

            while (ahead.TryDequeue(out var next))
            {
                yield return await next.ConfigureAwait(false);
            }
        }
        finally
        {
            await others.CancelAsync().ConfigureAwait(false);
            await ((Task)Task.WhenAll(ahead)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task<VerificationStep> InTurnAsync(
        SemaphoreSlim turns, Func<ValueTask<VerificationStep>> work, CancellationToken cancellationToken)
    {
        await turns.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await work().ConfigureAwait(false);
        }
        finally
        {
            turns.Release();
        }
    }

    // The rows of the directory, each with the partition before it; and at last none, with the last partition.
    private async IAsyncEnumerable<(TableEntity? Row, string Before)> PartitionsAsync(
        string after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var table = await tables.OpenAsync(TableKeys.Licenses).ConfigureAwait(false);
        var filter = TableClient.CreateQueryFilter($"PartitionKey gt {after}");
        await foreach (var row in table.QueryAsync<TableEntity>(filter, Page<int>.MaxSize, null, cancellationToken).ConfigureAwait(false))
        {
            if (row.PartitionKey != after)
            {
                yield return (row, after);
                after = row.PartitionKey;
            }
        }

        yield return (null, after);
    }
}
