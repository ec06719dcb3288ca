using MeterFunctions.Hosting;
using MeterFunctions.Storage;
using Metering;
using Microsoft.Extensions.Options;

namespace MeterFunctions.Retention;

/// <summary>
/// Removes from one license what is over: what is remembered of its commands when its memory is (rule 8), evidence and rollups when their
/// retention is, and the license itself when it was deleted and its evidence has gone.
/// </summary>
/// <remarks>
/// Any number of runs may do so at once, and commits may come in between: a row goes only as it was read. A run may end anywhere; what it
/// has left is found by the next.
/// </remarks>
internal sealed class LicenseRetention(
    ForgottenIdentities identities,
    EvidenceCut evidence,
    DeletedLicenses deleted,
    KeyMemoryMark memory,
    HostClock clock,
    IOptions<FunctionsOptions> options)
{
    /// <summary>Does what is due, and stops when its requests are spent.</summary>
    /// <param name="licenseId">The license.</param>
    /// <param name="place">Where the run before has stopped; null at the beginning.</param>
    /// <param name="budget">Its requests.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Where it has stopped; null when nothing is left that is due.</returns>
    /// <exception cref="StoreUnavailableException">The storage does not answer.</exception>
    public async ValueTask<RetentionPlace?> RunAsync(
        string licenseId, RetentionPlace? place, RequestBudget budget, CancellationToken cancellationToken)
    {
        var now = await clock.ReadAsync(cancellationToken).ConfigureAwait(false);
        await memory.NoteAsync(options.Value.ToRules().IdempotencyMemory, now, cancellationToken).ConfigureAwait(false);
        var cut = RetentionCut.At(now, options.Value);
        var (key, from) = (TableKeys.Text(licenseId), place?.From);
        var part = place?.Part ?? RetentionPart.Submissions;
        if (part == RetentionPart.Submissions)
        {
            var keys = (TableKeys.SubmissionPrefix, TableKeys.After(TableKeys.SubmissionPrefix));
            var next = await identities.RemoveAsync(key, keys, cut.Submissions, from, budget, cancellationToken).ConfigureAwait(false);
            if (next is not null)
            {
                return new RetentionPlace(licenseId, part, next);
            }

            (part, from) = (RetentionPart.Identities, null);
        }

        if (part == RetentionPart.Identities
            && await identities.RemoveAsync(key, cut.SliceKeys, cut.Identities, from, budget, cancellationToken)
                .ConfigureAwait(false) is { } at)
        {
            return new RetentionPlace(licenseId, part, at);
        }

        return await evidence.RemoveAsync(licenseId, cut, budget, cancellationToken).ConfigureAwait(false) switch
        {
            CutResult.SomeIsKept => null,
            CutResult.NothingIsLeft when await deleted.RemoveAsync(licenseId, budget, cancellationToken).ConfigureAwait(false) => null,
            _ => new RetentionPlace(licenseId, RetentionPart.Evidence, null),
        };
    }
}
