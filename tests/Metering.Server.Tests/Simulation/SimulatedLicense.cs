using System.Text.Json;

namespace Metering.Server.Tests.Simulation;

/// <summary>A license as the outside knows it: what was asked of it, what was answered, and what the ledger has shown.</summary>
internal sealed class SimulatedLicense(string id, int shard, OpenLicense open)
{
    internal string Id { get; } = id;

    /// <summary>The shard that it belongs to.</summary>
    internal int Shard { get; } = shard;

    internal OpenLicense Open { get; } = open;

    /// <summary>Whether the reference meter counts what it uses.</summary>
    internal bool IsByReference { get; } = id.StartsWith("lic_ref", StringComparison.Ordinal);

    internal List<SimulatedCall> Calls { get; } = [];

    /// <summary>All of its ledger entries, from the first; retention may have removed them since.</summary>
    internal List<LedgerEntry> Entries { get; } = [];

    /// <summary>Its commands with keys or event ids that were counted.</summary>
    internal List<SeenCommand> Commands { get; } = [];

    /// <summary>The number of the last entry that anybody was told or shown: from then on it must be there.</summary>
    internal long Shown { get; private set; }

    /// <summary>The last state that was read.</summary>
    internal LicenseState? State { get; private set; }

    /// <summary>Somebody reads the state.</summary>
    /// <param name="state">What was read.</param>
    /// <param name="shownBefore">What had been shown when the read was asked for.</param>
    internal void Read(LicenseState? state, long shownBefore)
    {
        if ((state?.Sequence ?? 0) < shownBefore)
        {
            throw new FoundException($"{Id}: entry {shownBefore} had been shown, and a read sees {state?.Sequence ?? 0} entries.");
        }

        Shown = Math.Max(Shown, state?.Sequence ?? 0);
        State = state ?? State;
    }

    /// <summary>A caller is answered.</summary>
    /// <param name="call">What was asked.</param>
    /// <param name="shownBefore">What had been shown when it was asked.</param>
    /// <param name="result">The answer.</param>
    internal void Answer(SimulatedCall call, long shownBefore, ApplyResult result)
    {
        switch (result)
        {
            case { Status: ApplyStatus.Busy }:
                call.IsSettled = false;
                break;
            case { Status: ApplyStatus.LicenseNotFound } when shownBefore == 0:
            case { Status: ApplyStatus.Applied, Answer: Refusal }:
                call.IsSettled = true;
                break;
            case { Status: ApplyStatus.Applied or ApplyStatus.Replayed, Answer: { } answer and not Refusal }:
                call.IsSettled = true;
                call.Counted.Add((result.Status, answer));
                if (answer is UsageAnswer usage && result.Status == ApplyStatus.Applied)
                {
                    Shown = Math.Max(Shown, usage.Sequence);
                }

                break;
            default:
                throw new FoundException($"{Id}: {call.Command.GetType().Name} {call.Once} was answered {result}.");
        }
    }

    /// <summary>The ledger shows an entry.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="answer">What is remembered with it; null when nothing is.</param>
    /// <param name="isForgotten">Whether something was.</param>
    internal void See(LedgerEntry entry, Answer? answer, bool isForgotten)
    {
        if (entry.Sequence != Entries.Count + 1)
        {
            throw new FoundException($"{Id}: entry {entry.Sequence} stands in the ledger behind entry {Entries.Count}.");
        }

        Entries.Add(entry);
        if (answer is not null || isForgotten)
        {
            Commands.Add(new SeenCommand(entry, answer));
        }
    }

    /// <summary>Compares what callers were told with what the ledger has.</summary>
    /// <param name="memory">How long keys are remembered, at least.</param>
    internal void Check(TimeSpan memory)
    {
        if (Entries.Count < Shown)
        {
            throw new FoundException($"{Id}: entry {Shown} had been shown, and the ledger has {Entries.Count} entries.");
        }

        CheckOnce(command => command.Entry.IdempotencyKey, "key", memory);
        CheckOnce(command => command.Entry.EventId, "event", memory);
        var told = Commands.Where(command => command.Answer is not null).Select(command => Text(command.Answer!))
            .ToHashSet(StringComparer.Ordinal);
        var first = new HashSet<string>(StringComparer.Ordinal);
        foreach (var call in Calls)
        {
            foreach (var (status, answer) in call.Counted)
            {
                CheckTold(call, status, answer, told);
                if (status == ApplyStatus.Applied && LeavesEvidence(answer) && !first.Add(Text(answer)))
                {
                    throw new FoundException($"{Id}: two callers were told that theirs was counted: {Text(answer)}");
                }
            }
        }
    }

    private void CheckOnce(Func<SeenCommand, string?> name, string kind, TimeSpan memory)
    {
        var last = new Dictionary<string, LedgerEntry>(StringComparer.Ordinal);
        foreach (var command in Commands)
        {
            if (name(command) is not { } known)
            {
                continue;
            }

            if (last.TryGetValue(known, out var before) && command.Entry.At - before.At < memory)
            {
                throw new FoundException(
                    $"{Id}: {kind} {known} was counted by entry {before.Sequence} at {before.At:O}, and again by entry "
                    + $"{command.Entry.Sequence} at {command.Entry.At:O}.");
            }

            last[known] = command.Entry;
        }
    }

    private void CheckTold(SimulatedCall call, ApplyStatus status, Answer answer, HashSet<string> told)
    {
        if (call.Once is not null)
        {
            if ((status == ApplyStatus.Replayed || LeavesEvidence(answer)) && !told.Contains(Text(answer)) && !IsForgotten(call.Once))
            {
                throw new FoundException($"{Id}: {call.Once} was answered ({status}) what the ledger does not have: {Text(answer)}");
            }
        }
        else if (answer is UsageAnswer usage && LeavesEvidence(answer))
        {
            var entry = Entries[(int)usage.Sequence - 1];
            if (entry.IdempotencyKey is not null || entry.FeatureCode != usage.FeatureCode || entry.Cost != usage.Cost)
            {
                throw new FoundException($"{Id}: entry {usage.Sequence} is not what was answered: {Text(answer)}");
            }
        }
    }

    // Nobody can say any more what its answer was; that there is a command for it is all that is left to see.
    private bool IsForgotten(Once once) => Commands.Exists(command => command.Answer is null
        && (once.Key is { } key ? command.Entry.IdempotencyKey == key : command.Entry.EventId == once.EventId));

    // What changed nothing, such as an opening of what is open, has no entry and is not remembered. These always change something.
    private static bool LeavesEvidence(Answer answer) =>
        answer is UsageAnswer { Kind: FeatureKind.Metered, Amount: not 0 } or GrantAnswer or HoldAnswer;

    // Signals are told to the first caller and are no part of what is remembered.
    private static string Text(Answer answer) =>
        JsonSerializer.Serialize(answer is UsageAnswer usage ? usage with { Signals = [] } : answer, MeteringJson.Default.Answer);
}
