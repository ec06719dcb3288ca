using System.Collections.Immutable;
using MeterFunctions.Hosting;
using MeterFunctions.Storage;
using Metering;
using Microsoft.Extensions.Logging;

namespace MeterFunctions.Entities;

/// <summary>
/// The work of a license's single writer: it looks up what is remembered, takes each command's <see cref="Turn"/>, and has its evidence in
/// the ledger before the state is given back to be committed.
/// </summary>
internal sealed class LicenseWriter(
    LedgerWriter ledger,
    IDeadLetters deadLetters,
    HostClock clock,
    CounterReader committed,
    MeterRules rules,
    ILogger<LicenseWriter> logger)
{
    // Each round learns of at least one row that was there; a second one is rare, a third means that somebody else writes too.
    private const int Rounds = 8;

    /// <summary>Applies commands in their order. When it returns, their evidence is durable; when it throws, nothing was counted.</summary>
    /// <exception cref="StoreUnavailableException">The storage is not there.</exception>
    /// <exception cref="WriterOvertakenException">Another writer has gone on with this license.</exception>
    public async ValueTask<AppliedBatch> ApplyAsync(
        string licenseId, CounterState before, ImmutableArray<PendingCommand> commands, CancellationToken cancellationToken)
    {
        // One time for all rounds: commands that are decided again come to the same.
        var now = await clock.ReadAsync(cancellationToken).ConfigureAwait(false);
        var seen = await FindRedeliveredAsync(licenseId, before, commands, now, cancellationToken).ConfigureAwait(false);
        for (var round = 0; round < Rounds; round++)
        {
            var plan = Decide(licenseId, before, commands, seen, now);
            if (await FindCountedAsync(licenseId, before, plan, now, cancellationToken).ConfigureAwait(false) is { Count: > 0 } counted)
            {
                seen = counted;
                plan = Decide(licenseId, before, commands, seen, now);
            }

            // Before the state is committed: a day that has left the state must be found as a row. Written for an attempt in vain, it is
            // written again.
            if (plan.ClosedDays.Count > 0)
            {
                await ledger.PutRollupsAsync(licenseId, plan.ClosedDays, cancellationToken).ConfigureAwait(false);
            }

            if (await ledger.TryAddAsync(licenseId, plan.Changes, cancellationToken).ConfigureAwait(false))
            {
                await KeepRefusedAsync(licenseId, commands, plan, now, cancellationToken).ConfigureAwait(false);
                return new AppliedBatch(After(before, commands, plan), plan.Signals);
            }

            seen = await LookAgainAsync(licenseId, before, commands, now, cancellationToken).ConfigureAwait(false);
        }

        throw new WriterOvertakenException($"The ledger of license {licenseId} was written by somebody else, {Rounds} times in a row.");
    }

    // Events at or below the partition's place were most likely counted: then they need not be inserted in vain. That they were is
    // for the ledger to say, because messages may overtake each other.
    private async ValueTask<Dictionary<string, IdentityRow>> FindRedeliveredAsync(
        string licenseId, CounterState before, ImmutableArray<PendingCommand> commands, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        if (before.Partitions is not { } places)
        {
            return [];
        }

        var suspects = commands.Where(command =>
            command.Partition is { } partition && places.TryGetValue(partition, out var place) && command.PartitionSequence <= place);
        var found = await ledger.FindAsync(licenseId, suspects.SelectMany(command => Identity.Of(command.Once)), now, cancellationToken)
            .ConfigureAwait(false);
        return Counted(found, before);
    }

    // What is inserted meets what was counted before. What would be refused inserts nothing, so it has to be looked up: a repeat gets
    // its first answer even when there is nothing left by now.
    private async ValueTask<Dictionary<string, IdentityRow>> FindCountedAsync(
        string licenseId, CounterState before, Plan plan, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (plan.NotInserted.Count == 0)
        {
            return [];
        }

        var found = Counted(await ledger.FindAsync(licenseId, plan.NotInserted, now, cancellationToken).ConfigureAwait(false), before);
        if (found.Count > 0)
        {
            // Beside what was just found: the plan is made anew from this alone.
            foreach (var (row, remembered) in plan.Known)
            {
                found.TryAdd(row, remembered);
            }
        }

        return found;
    }

    private async ValueTask<Dictionary<string, IdentityRow>> LookAgainAsync(
        string licenseId, CounterState before, ImmutableArray<PendingCommand> commands, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var sequence = before.License?.Sequence ?? 0;
        var last = await committed.SequenceAsync(licenseId, cancellationToken).ConfigureAwait(false);

        // Undoing here would take away what the other writer has counted.
        if (last > sequence)
        {
            logger.WriterOvertaken(licenseId, sequence, last.Value);
            throw new WriterOvertakenException($"Another writer has gone on with license {licenseId}.");
        }

        await ledger.UndoAsync(licenseId, sequence, cancellationToken).ConfigureAwait(false);
        var identities = commands.SelectMany(command => Identity.Of(command.Once));
        return Counted(await ledger.FindAsync(licenseId, identities, now, cancellationToken).ConfigureAwait(false), before);
    }

    private static Dictionary<string, IdentityRow> Counted(Dictionary<string, IdentityRow> found, CounterState before)
    {
        var sequence = before.License?.Sequence ?? 0;
        return found.Where(pair => pair.Value.Sequence <= sequence).ToDictionary(StringComparer.Ordinal);
    }

    private Plan Decide(
        string licenseId, CounterState before, ImmutableArray<PendingCommand> commands, Dictionary<string, IdentityRow> seen,
        DateTimeOffset now)
    {
        var plan = new Plan(before, seen);
        foreach (var command in commands)
        {
            plan.Results.Add(Take(licenseId, command, plan, now)?.ToApplyResult());
        }

        return plan;
    }

    private TurnResult? Take(string licenseId, PendingCommand command, Plan plan, DateTimeOffset now)
    {
        TurnResult turn;
        try
        {
            var submission = new Submission(plan.State?.LicenseId ?? licenseId, command.Command, command.Once);
            turn = Turn.Take(plan.State, submission, new IdentityRows(plan.Seen), now, rules);
        }
#pragma warning disable CA1031 // A fault in one command must not stop the license; its caller is told, and it is logged.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            logger.CommandFailed(fault, licenseId, command.Command.GetType().Name);
            return null;
        }

        if (turn is Outcome outcome)
        {
            plan.Add(command, outcome);
        }

        return turn;
    }

    private async ValueTask KeepRefusedAsync(
        string licenseId, ImmutableArray<PendingCommand> commands, Plan plan, DateTimeOffset now, CancellationToken cancellationToken)
    {
        List<DeadLetter>? letters = null;
        for (var i = 0; i < commands.Length; i++)
        {
            if (!commands[i].Awaited && RefusedEvents.Letter(licenseId, commands[i], plan.Results[i], now) is { } letter)
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

    private static CounterState After(CounterState before, ImmutableArray<PendingCommand> commands, Plan plan)
    {
        // The machine's time and not the meter's: a test clock stands still, and the answers would never grow old.
        var time = DateTimeOffset.UtcNow;
        var answers = new List<CounterAnswer>(commands.Length);
        var places = before.Partitions;
        for (var i = 0; i < commands.Length; i++)
        {
            var command = commands[i];
            if (command.Awaited)
            {
                answers.Add(CounterAnswers.Of(command, plan.Results[i], time));
            }

            if (command.Partition is { } partition)
            {
                places = Advance(places, partition, command.PartitionSequence);
            }
        }

        return (before with { Format = CounterState.CurrentFormat, License = plan.State, Link = plan.Link, Partitions = places })
            .With(answers, time);
    }

    // A hub has at most as many partitions as are kept but for the largest; beyond that, a redelivery costs a look at the ledger.
    private static ImmutableSortedDictionary<string, long>? Advance(
        ImmutableSortedDictionary<string, long>? places, string partition, long number)
    {
        places ??= ImmutableSortedDictionary.Create<string, long>(StringComparer.Ordinal);
        if (places.TryGetValue(partition, out var place))
        {
            return number > place ? places.SetItem(partition, number) : places;
        }

        return places.Count < CounterState.MaxPartitions ? places.Add(partition, number) : places;
    }

    // Each one begins at what is committed, the link too: a plan that could not be written leaves nothing behind.
    private sealed class Plan(CounterState before, Dictionary<string, IdentityRow> seen)
    {
        private readonly LedgerChain _chain = new(before.Link);

        public LicenseState? State { get; private set; } = before.License;

        /// <summary>The link of the last entry.</summary>
        public ReadOnlyMemory<byte> Link => _chain.Last;

        /// <summary>What was known to be counted before.</summary>
        public Dictionary<string, IdentityRow> Known { get; } = seen;

        /// <summary>The same, and what these commands add to it.</summary>
        public Dictionary<string, IdentityRow> Seen { get; } = new(seen, StringComparer.Ordinal);

        /// <summary>Identities of commands that add nothing to be remembered.</summary>
        public List<Identity> NotInserted { get; } = [];

        public List<LedgerChange> Changes { get; } = [];

        public List<ClosedDay> ClosedDays { get; } = [];

        public List<Signal> Signals { get; } = [];

        /// <summary>One for each command; null for a fault of ours.</summary>
        public List<ApplyResult?> Results { get; } = [];

        public void Add(PendingCommand command, Outcome outcome)
        {
            State = outcome.State;
            ClosedDays.AddRange(outcome.ClosedDays);
            Signals.AddRange(outcome.Signals);
            var identities = Identity.Of(command.Once).ToImmutableArray();
            if (!outcome.IsRemembered)
            {
                NotInserted.AddRange(identities);
                identities = [];
            }

            if (!outcome.Entries.IsEmpty)
            {
                Changes.Add(_chain.Add(outcome.Entries, identities, outcome.Answer));
            }

            foreach (var identity in identities)
            {
                Seen[identity.RowKey] = new IdentityRow(
                    outcome.Entries[0].Sequence, new Remembered(outcome.Answer, identity.BodyHash, outcome.State.LastSeen));
            }
        }
    }
}

/// <summary>What a batch of commands came to.</summary>
/// <param name="State">The state, to be committed.</param>
/// <param name="Signals">Signals, in order; to be sent with that commit.</param>
internal sealed record AppliedBatch(CounterState State, IReadOnlyList<Signal> Signals);
