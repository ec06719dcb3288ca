using System.Collections.Immutable;
using MeterFunctions.Hosting;
using MeterFunctions.Storage;
using Metering;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MeterFunctions.Entities;

/// <summary>
/// The work of a license's single writer: what was seen before gets its first answer, the rest is decided by
/// <see cref="LicenseMeter"/>, and its evidence is in the ledger before the state is given back to be committed.
/// </summary>
internal sealed class LicenseWriter(
    LedgerWriter ledger,
    IDeadLetters deadLetters,
    HostClock clock,
    CounterReader committed,
    IOptions<FunctionsOptions> options,
    ILogger<LicenseWriter> logger)
{
    // Each round learns of at least one row that was there; a second one is rare, a third means that somebody else writes too.
    private const int Rounds = 8;

    private readonly MeterRules _rules = new()
    {
        LateWindow = TimeSpan.FromHours(options.Value.LateWindowHours),
        MaxOpenHolds = options.Value.MaxOpenHolds,
    };

    /// <summary>Applies submissions in their order. When it returns, their evidence is durable; when it throws, nothing was counted.</summary>
    /// <exception cref="StoreUnavailableException">The storage is not there.</exception>
    /// <exception cref="WriterOvertakenException">Another writer has gone on with this license.</exception>
    public async ValueTask<AppliedBatch> ApplyAsync(
        string licenseId, CounterState before, ImmutableArray<Submission> submissions, CancellationToken cancellationToken)
    {
        var now = await clock.ReadAsync(cancellationToken).ConfigureAwait(false);
        var seen = await FindRedeliveredAsync(licenseId, before, submissions, now, cancellationToken).ConfigureAwait(false);
        for (var round = 0; round < Rounds; round++)
        {
            var plan = Decide(licenseId, before.License, submissions, seen, now);
            if (await FindCountedAsync(licenseId, before, plan, now, cancellationToken).ConfigureAwait(false) is { Count: > 0 } counted)
            {
                seen = counted;
                plan = Decide(licenseId, before.License, submissions, seen, now);
            }

            if (plan.ClosedDays.Count > 0)
            {
                await ledger.PutRollupsAsync(licenseId, plan.ClosedDays, cancellationToken).ConfigureAwait(false);
            }

            if (await ledger.TryAddAsync(licenseId, plan.Changes, cancellationToken).ConfigureAwait(false))
            {
                await KeepRefusedAsync(licenseId, submissions, plan, now, cancellationToken).ConfigureAwait(false);
                return new AppliedBatch(After(before, submissions, plan), plan.Signals);
            }

            seen = await LookAgainAsync(licenseId, before, submissions, now, cancellationToken).ConfigureAwait(false);
        }

        throw new WriterOvertakenException($"The ledger of license {licenseId} was written by somebody else, {Rounds} times in a row.");
    }

    // Events at or below the partition's place were most likely counted: then they need not be inserted in vain. That they were is
    // for the ledger to say, because signals may overtake each other.
    private async ValueTask<Dictionary<string, Remembered>> FindRedeliveredAsync(
        string licenseId, CounterState before, ImmutableArray<Submission> submissions, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (before.Partitions is not { } places)
        {
            return [];
        }

        var suspects = submissions.Where(submission =>
            submission.Partition is { } partition && places.TryGetValue(partition, out var place) && submission.PartitionSequence <= place);
        var found = await ledger.FindAsync(licenseId, suspects.SelectMany(submission => Identity.Of(submission.Once)), now, cancellationToken).ConfigureAwait(false);
        return Counted(found, before);
    }

    // What is inserted meets what was counted before. What would be refused inserts nothing, so it has to be looked up: a repeat gets
    // its first answer even when there is nothing left by now.
    private async ValueTask<Dictionary<string, Remembered>> FindCountedAsync(
        string licenseId, CounterState before, Plan plan, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (plan.NotInserted.Count == 0)
        {
            return [];
        }

        var found = Counted(await ledger.FindAsync(licenseId, plan.NotInserted, now, cancellationToken).ConfigureAwait(false), before);
        if (found.Count > 0)
        {
            foreach (var (row, remembered) in plan.Known)
            {
                found.TryAdd(row, remembered);
            }
        }

        return found;
    }

    private async ValueTask<Dictionary<string, Remembered>> LookAgainAsync(
        string licenseId, CounterState before, ImmutableArray<Submission> submissions, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var sequence = before.License?.Sequence ?? 0;
        var last = await committed.SequenceAsync(licenseId, cancellationToken).ConfigureAwait(false);
        if (last > sequence)
        {
            logger.WriterOvertaken(licenseId, sequence, last.Value);
            throw new WriterOvertakenException($"Another writer has gone on with license {licenseId}.");
        }

        await ledger.UndoAsync(licenseId, sequence, cancellationToken).ConfigureAwait(false);
        var identities = submissions.SelectMany(submission => Identity.Of(submission.Once));
        return Counted(await ledger.FindAsync(licenseId, identities, now, cancellationToken).ConfigureAwait(false), before);
    }

    private static Dictionary<string, Remembered> Counted(Dictionary<string, Remembered> found, CounterState before)
    {
        var sequence = before.License?.Sequence ?? 0;
        return found.Where(pair => pair.Value.Sequence <= sequence).ToDictionary(StringComparer.Ordinal);
    }

    private Plan Decide(
        string licenseId, LicenseState? state, ImmutableArray<Submission> submissions, Dictionary<string, Remembered> seen, DateTimeOffset now)
    {
        var plan = new Plan(state, seen);
        foreach (var submission in submissions)
        {
            plan.Results.Add(FindFirst(submission.Once, plan.Seen) ?? Decide(licenseId, submission, plan, now));
        }

        return plan;
    }

    private ApplyResult? Decide(string licenseId, Submission submission, Plan plan, DateTimeOffset now)
    {
        if (plan.State is null && submission.Command is not OpenLicense)
        {
            return ApplyResult.LicenseNotFound;
        }

        Outcome outcome;
        try
        {
            outcome = LicenseMeter.Apply(plan.State, submission.Command, now, _rules, submission.Once?.Key);
        }
#pragma warning disable CA1031 // A fault in one command must not stop the license; its caller is told, and it is logged.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            logger.CommandFailed(fault, licenseId, submission.Command.GetType().Name);
            return null;
        }

        plan.State = outcome.State;
        plan.ClosedDays.AddRange(outcome.ClosedDays);
        plan.Signals.AddRange(outcome.Signals);
        if (outcome.Entries.Length > 0)
        {
            // Rule 8: a refused request is not remembered, even when time brought about entries before it.
            var identities = outcome.Answer is Refusal ? [] : Identity.Of(submission.Once).ToImmutableArray();
            plan.Changes.Add(new LedgerChange(outcome.Entries, identities, outcome.Answer));
            if (identities.IsEmpty)
            {
                plan.NotInserted.AddRange(Identity.Of(submission.Once));
            }

            foreach (var identity in identities)
            {
                plan.Seen[identity.RowKey] = new Remembered(outcome.State.Sequence, now, identity.BodyHash, outcome.Answer);
            }
        }
        else
        {
            plan.NotInserted.AddRange(Identity.Of(submission.Once));
        }

        return new ApplyResult(ApplyStatus.Applied, outcome.Answer);
    }

    // Rule 8: a repeat gets the first answer; the same key with another body is an error.
    internal static ApplyResult? FindFirst(Once? once, Dictionary<string, Remembered> seen)
    {
        foreach (var identity in Identity.Of(once))
        {
            if (seen.TryGetValue(identity.RowKey, out var first))
            {
                return identity.BodyHash == first.BodyHash ? new ApplyResult(ApplyStatus.Replayed, first.Answer) : ApplyResult.KeyReused;
            }
        }

        return null;
    }

    private async ValueTask KeepRefusedAsync(
        string licenseId, ImmutableArray<Submission> submissions, Plan plan, DateTimeOffset now, CancellationToken cancellationToken)
    {
        List<DeadLetter>? letters = null;
        for (var i = 0; i < submissions.Length; i++)
        {
            if (!submissions[i].Awaited && RefusedEvents.Letter(licenseId, submissions[i], plan.Results[i], now) is { } letter)
            {
                (letters ??= []).Add(letter);
            }
        }

        if (letters is not null)
        {
            logger.EventsRefused(licenseId, letters.Count);
            await deadLetters.AddAsync(letters, cancellationToken).ConfigureAwait(false);
        }
    }

    private static CounterState After(CounterState before, ImmutableArray<Submission> submissions, Plan plan)
    {
        var time = DateTimeOffset.UtcNow;
        var answers = new List<CounterAnswer>(submissions.Length);
        var places = before.Partitions;
        for (var i = 0; i < submissions.Length; i++)
        {
            var submission = submissions[i];
            if (submission.Awaited)
            {
                answers.Add(CounterAnswers.Of(submission, plan.Results[i], time));
            }

            if (submission.Partition is { } partition)
            {
                places = Advance(places, partition, submission.PartitionSequence);
            }
        }

        return (before with { Format = CounterState.CurrentFormat, License = plan.State, Partitions = places }).With(answers, time);
    }

    // A hub has at most as many partitions as are kept but for the largest; beyond that, a redelivery costs a look at the ledger.
    private static ImmutableSortedDictionary<string, long>? Advance(ImmutableSortedDictionary<string, long>? places, string partition, long number)
    {
        places ??= ImmutableSortedDictionary.Create<string, long>(StringComparer.Ordinal);
        if (places.TryGetValue(partition, out var place))
        {
            return number > place ? places.SetItem(partition, number) : places;
        }

        return places.Count < CounterState.MaxPartitions ? places.Add(partition, number) : places;
    }

    private sealed class Plan(LicenseState? state, Dictionary<string, Remembered> seen)
    {
        public LicenseState? State { get; set; } = state;

        /// <summary>What was known to be counted before.</summary>
        public Dictionary<string, Remembered> Known { get; } = seen;

        /// <summary>The same, and what these submissions add to it.</summary>
        public Dictionary<string, Remembered> Seen { get; } = new(seen, StringComparer.Ordinal);

        /// <summary>Identities of submissions that add nothing to be remembered.</summary>
        public List<Identity> NotInserted { get; } = [];

        public List<LedgerChange> Changes { get; } = [];

        public List<ClosedDay> ClosedDays { get; } = [];

        public List<Signal> Signals { get; } = [];

        /// <summary>One for each submission; null for a fault of ours.</summary>
        public List<ApplyResult?> Results { get; } = [];
    }
}

/// <summary>What a batch of submissions came to.</summary>
/// <param name="State">The state, to be committed.</param>
/// <param name="Signals">Signals, in order; to be sent with that commit.</param>
internal sealed record AppliedBatch(CounterState State, IReadOnlyList<Signal> Signals);
