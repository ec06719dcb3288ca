namespace Metering;

/// <summary>What a host remembers of a command that was counted (rule 8).</summary>
/// <param name="Answer">The first answer, which a repeat gets.</param>
/// <param name="BodyHash">Hash of what was asked with the key; see <see cref="Once.BodyHash"/>.</param>
/// <param name="At">When it was counted: the time of its last ledger entry, UTC.</param>
public readonly record struct Remembered(Answer Answer, string? BodyHash, DateTimeOffset At)
{
    /// <summary>Whether its memory is over, so that it counts as if it were not there.</summary>
    /// <param name="now">
    /// The host's time, UTC. Not the license's: one that was counted with a clock that ran ahead would take its license's time with it, and
    /// with that time every key from before would be forgotten, and count again.
    /// </param>
    /// <param name="rules">What the operator has set.</param>
    public bool IsForgotten(DateTimeOffset now, MeterRules rules) => At <= now - rules.IdempotencyMemory;
}
