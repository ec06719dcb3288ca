using System.Collections.Immutable;
using System.Diagnostics;
using MeterFunctions.Hosting;
using MeterFunctions.Retention;
using MeterFunctions.Storage;
using MeterFunctions.Turns;
using MeterFunctions.Webhooks;
using Metering;
using Microsoft.Extensions.Logging;

namespace MeterFunctions.Licenses;

/// <summary>
/// Applies commands to a license: takes each command's <see cref="Turn"/> on the stored state, commits what they come to as one
/// transaction, and decides again on a conflict. Any number of writers may do so at once: a commit proves that nobody wrote in between.
/// </summary>
internal sealed class LicenseWriter(
    LicensePartition partition,
    KnownLicenses known,
    SignalOutbox outbox,
    ListNotes lists,
    DueLicenses due,
    HostClock clock,
    MeterRules rules,
    ILogger<LicenseWriter> logger)
{
    // One loss is chance. After two, somebody else writes as often as this writer does.
    private const int MaxLosses = 2;

    // With the license reserved, only writers that began before can still come first.
    private const int MaxReservedLosses = 50;

    /// <summary>Applies commands in their order.</summary>
    /// <param name="licenseId">The license.</param>
    /// <param name="commands">The commands.</param>
    /// <param name="onContention">What to do when others write the license too.</param>
    /// <param name="message">The message that brought them to the license's entity; null when no message did.</param>
    /// <param name="told">
    /// Told of what each command came to, in their order, as soon as it stands: also when those after it then meet a fault; null: nobody.
    /// </param>
    /// <param name="cancellationToken">Ends it between two transactions.</param>
    /// <returns>
    /// What the commands came to, in their order; with <see cref="OnContention.Yield"/> maybe fewer: the others are the entity's.
    /// </returns>
    /// <exception cref="StoreUnavailableException">
    /// The storage is not there. What was committed before stays; the same commands find it again by their identities.
    /// </exception>
    /// <exception cref="InvalidDataException">The license's rows are damaged.</exception>
    /// <exception cref="UnknownFormatException">Another version wrote the license's state in its own form.</exception>
    public async ValueTask<ImmutableArray<Taken>> ApplyAsync(
        string licenseId,
        ImmutableArray<PendingCommand> commands,
        OnContention onContention,
        MessagePlace? message,
        Action<Taken>? told,
        CancellationToken cancellationToken)
    {
        var run = new WriterRun(Stopwatch.GetTimestamp(), known.Find(licenseId), message);
        var results = ImmutableArray.CreateBuilder<Taken>(commands.Length);
        while (results.Count < commands.Length)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (run.MustRead)
            {
                run.Take(await partition.ReadAsync(licenseId, cancellationToken).ConfigureAwait(false));
                known.Put(licenseId, run.License);
            }

            if (run.License is { IsReserved: true } && onContention == OnContention.Yield)
            {
                if (run.IsFresh)
                {
                    break;
                }

                // As it was last seen here: the entity may have committed since, in another instance, and its commit ends the reservation.
                run.ReadAgain();
                continue;
            }

            var attempt = await DecideAsync(licenseId, commands, results.Count, run, cancellationToken).ConfigureAwait(false);
            if (!attempt.HasRows && !run.IsFresh && !attempt.IsAllRemembered)
            {
                // What is refused, or comes to nothing, is right only on a state that was read after the commands came.
                run.ReadAgain();
                continue;
            }

            var isLast = results.Count + attempt.Results.Count == commands.Length;
            var isAnswered = isLast && message is not null && attempt.End(message, run.HasRefused);
            if (attempt.HasRows
                ? await CommitAsync(licenseId, attempt, run, cancellationToken).ConfigureAwait(false)
                : await KeepAsync(licenseId, attempt, isAnswered, run, cancellationToken).ConfigureAwait(false))
            {
                results.AddRange(attempt.Results);
                attempt.Results.ForEach(told ?? (_ => { }));
            }
            else if (!await GoOnAsync(licenseId, run, onContention, cancellationToken).ConfigureAwait(false))
            {
                break;
            }
        }

        return results.DrainToImmutable();
    }

    private async ValueTask<Attempt> DecideAsync(
        string licenseId, ImmutableArray<PendingCommand> commands, int from, WriterRun run, CancellationToken cancellationToken)
    {
        var now = await clock.ReadAsync(cancellationToken).ConfigureAwait(false);
        while (true)
        {
            var attempt = new Attempt(licenseId, run.License, run.Memory, run.Message, now, rules);
            for (var i = from; i < commands.Length && Take(licenseId, attempt, commands[i]); i++)
            {
            }

            // Nothing to look up; or nothing to commit, on a state that has to be read again first.
            if (attempt.NotLookedUp.Count == 0 || (!attempt.HasRows && !run.IsFresh))
            {
                return attempt;
            }

            await LookUpAsync(licenseId, attempt.NotLookedUp, run, now, cancellationToken).ConfigureAwait(false);
        }
    }

    // What has no rows: false when another writer was first.
    private async ValueTask<bool> KeepAsync(
        string licenseId, Attempt attempt, bool isAnswered, WriterRun run, CancellationToken cancellationToken)
    {
        if (isAnswered && run.License is { } license)
        {
            if (await partition.TryAnswerAsync(license, attempt.Answered, cancellationToken).ConfigureAwait(false) is not { } answered)
            {
                run.Lost();
                known.Put(licenseId, null);
                return false;
            }

            run.Answered(answered);
        }

        // The tally of refusals, and the days that they closed, go with the next commit.
        run.Tally(attempt);
        known.Put(licenseId, run.License);
        return true;
    }

    private bool Take(string licenseId, Attempt attempt, PendingCommand command)
    {
        try
        {
            return attempt.TryTake(command);
        }
#pragma warning disable CA1031 // A fault in one command must not stop the license; its caller is told, and it is logged.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            logger.CommandFailed(fault, licenseId, command.Command.GetType().Name);
            attempt.Fail();
            return true;
        }
    }

    private async ValueTask LookUpAsync(
        string licenseId, IReadOnlyCollection<string> rowKeys, WriterRun run, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var rows = await partition.FindAsync(licenseId, rowKeys, cancellationToken).ConfigureAwait(false);
        run.Memory.Learn(rowKeys, rows, now, rules);
    }

    private async ValueTask<bool> CommitAsync(string licenseId, Attempt attempt, WriterRun run, CancellationToken cancellationToken)
    {
        if (IsListChanged(run, attempt))
        {
            await run.AnnounceAsync(lists, attempt.State!, cancellationToken).ConfigureAwait(false);
        }

        // Last before the commit: the sweep takes an intent for one whose commit has failed when it is older than a commit may take.
        if (attempt.HasSignals)
        {
            await outbox.IntendAsync(licenseId, cancellationToken).ConfigureAwait(false);
        }

        CommitOutcome outcome;
        StoredLicense? after;
        try
        {
            (outcome, after) = await partition.CommitAsync(licenseId, attempt, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            // Nobody knows how the license stands now.
            known.Put(licenseId, null);
            throw;
        }

        switch (outcome)
        {
            case CommitOutcome.Committed:
                if (IsListChanged(run, attempt))
                {
                    var state = attempt.State!;
                    await lists.NoteAsync(state.TenantId, licenseId, new ListNote { State = state }, run.Announced).ConfigureAwait(false);
                }

                run.Committed(attempt, after);
                known.Put(licenseId, after);
                if (attempt.IsRetentionDue)
                {
                    due.TryAdd(licenseId);
                }

                if (attempt.HasSignals)
                {
                    await outbox.NudgeAsync(licenseId).ConfigureAwait(false);
                }

                return true;

            case CommitOutcome.Duplicate:
                run.Met();
                var now = await clock.ReadAsync(cancellationToken).ConfigureAwait(false);
                await LookUpAsync(licenseId, attempt.Inserted, run, now, cancellationToken).ConfigureAwait(false);
                return false;

            default:
                run.Lost();
                known.Put(licenseId, null);
                return false;
        }
    }

    // After a race was lost: false when what is left is the entity's.
    private async ValueTask<bool> GoOnAsync(string licenseId, WriterRun run, OnContention onContention, CancellationToken cancellationToken)
    {
        if (run.Losses == 0)
        {
            return true;
        }

        switch (onContention)
        {
            case OnContention.Yield:
                return run.Losses < MaxLosses;

            case OnContention.Reserve when run.Losses == MaxLosses:
                await partition.ReserveAsync(licenseId, cancellationToken).ConfigureAwait(false);
                return true;

            case OnContention.Reserve when run.Losses > MaxReservedLosses:
                throw new StoreUnavailableException($"License {licenseId} is written by others all the time.");

            case OnContention.Wait:
                await LostRace.StepBackAsync(run.Losses - 1, cancellationToken).ConfigureAwait(false);
                return true;

            default:
                return true;
        }
    }

    // Of a new license the directory notes it, with the rows that lists read.
    private static bool IsListChanged(WriterRun run, Attempt attempt) =>
        run.License is { } before && !LicenseAnswer.IsSame(before.State, attempt.State!);
}
