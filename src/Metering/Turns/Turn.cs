namespace Metering;

/// <summary>
/// A command's turn at its license: was it seen before, and what then (rule 8). A host looks up, takes the turn and makes the outcome
/// durable; it decides nothing.
/// </summary>
public static class Turn
{
    /// <summary>Takes the turn of a command. It is deterministic: the same arguments and memory give the same result.</summary>
    /// <param name="state">The license's state; null when it has none.</param>
    /// <param name="submission">The command.</param>
    /// <param name="memory">What is remembered of the license's commands.</param>
    /// <param name="now">The host's time, UTC, in whole milliseconds. The license's own may be later (rule 2).</param>
    /// <param name="rules">What the operator has set.</param>
    /// <exception cref="ArgumentException"><paramref name="state"/> is another license's.</exception>
    public static TurnResult Take<TMemory>(LicenseState? state, Submission submission, TMemory memory, DateTimeOffset now, MeterRules rules)

        // A type parameter and not the interface, so that a memory which is a struct is not boxed.
        where TMemory : ITurnMemory
    {
        // What is remembered was counted, and what was counted left a state. So without one there is nothing to look for.
        if (state is not null && FindFirst(submission.Once, memory, now, rules) is { } first)
        {
            return first;
        }

        return Decide(state, submission, now, rules);
    }

    /// <summary>
    /// What a command that was counted before gets: <see cref="Repeat"/> or <see cref="KeyReused"/>; null when nothing is remembered of it.
    /// </summary>
    /// <param name="once">By what the command is recognized.</param>
    /// <param name="memory">What is remembered of the license's commands.</param>
    /// <param name="now">The host's time, UTC.</param>
    /// <param name="rules">What the operator has set.</param>
    public static TurnResult? FindFirst<TMemory>(Once? once, TMemory memory, DateTimeOffset now, MeterRules rules)
        where TMemory : ITurnMemory
    {
        // The key comes first: it is the caller's word for this very request, so a body that differs is the caller's mistake, and must be
        // told even where the event was counted. An event id says that the event happened, whatever else it says now.
        if (once?.Key is { } key && memory.FindByKey(key) is { } byKey && !byKey.IsForgotten(now, rules))
        {
            return byKey.BodyHash == once.BodyHash ? new Repeat(byKey.Answer) : KeyReused.Instance;
        }

        return once?.EventId is { } eventId && memory.FindByEvent(eventId) is { } byEvent && !byEvent.IsForgotten(now, rules)
            ? new Repeat(byEvent.Answer)
            : null;
    }

    /// <summary>
    /// Takes the turn of a command of which nothing is remembered: <see cref="NoLicense"/>, <see cref="NotOpened"/> or an
    /// <see cref="Outcome"/>.
    /// </summary>
    /// <param name="state">The license's state; null when it has none.</param>
    /// <param name="submission">The command.</param>
    /// <param name="now">The host's time, UTC, in whole milliseconds.</param>
    /// <param name="rules">What the operator has set.</param>
    /// <exception cref="ArgumentException"><paramref name="state"/> is another license's.</exception>
    public static TurnResult Decide(LicenseState? state, Submission submission, DateTimeOffset now, MeterRules rules)
    {
        if (state is null && submission.Command is not OpenLicense)
        {
            return NoLicense.Instance;
        }

        // A host that mixed two states up would count one customer's use on another: a bug, so it throws before anything is decided.
        if (state is not null && state.LicenseId != submission.LicenseId)
        {
            throw new ArgumentException(
                $"The state is that of license {state.LicenseId}, and the command is for {submission.LicenseId}.", nameof(state));
        }

        var outcome = LicenseMeter.Apply(state, submission.Command, now, rules, submission.Once?.Key);

        // A license that was refused has no evidence, so a host must not keep its state: nothing would prove it.
        return state is null && outcome.Answer is Refusal refusal ? new NotOpened(refusal) : outcome;
    }
}
