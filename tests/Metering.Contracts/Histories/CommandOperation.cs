using System.Collections.Immutable;

namespace Metering.Contracts.Histories;

/// <summary>A command that was sent, once: a retry with the same key is an operation of its own, which the key makes a repeat.</summary>
/// <param name="Invoked">When it was sent.</param>
/// <param name="Returned">When its answer came, or what brought it ended.</param>
/// <param name="Times">What the clock may have shown.</param>
/// <param name="Submission">The command.</param>
/// <param name="Result">The answer; null where none came, or it said no more than that nobody knows.</param>
public sealed record CommandOperation(
    long Invoked, long Returned, ImmutableArray<DateTimeOffset> Times, Submission Submission, ApplyResult? Result)
    : Operation(Invoked, Returned, Times)
{
    private string? Seen => Result is null ? null : SerialLicense.TextOf(Result);

    /// <inheritdoc/>
    internal override long LastSequence => Result switch
    {
        // The answer names the entry that counted it, and that comes after the place at which it was decided.
        { Status: ApplyStatus.Applied, Answer: UsageAnswer { Sequence: var sequence } } => sequence - 1,
        { Status: ApplyStatus.Applied, Answer: Refusal { Usage.Sequence: var sequence } } => sequence,
        _ => long.MaxValue,
    };

    /// <inheritdoc/>
    internal override IEnumerable<SerialLicense> After(SerialLicense license)
    {
        var seen = Seen;
        foreach (var now in Times)
        {
            var (next, result) = license.Take(Submission, now);
            if (seen is null || seen == SerialLicense.TextOf(result))
            {
                yield return next;
            }
        }
    }

    /// <inheritdoc/>
    internal override string Expected(SerialLicense license) =>
        string.Join(" or ", Times.Select(now => SerialLicense.TextOf(license.Take(Submission, now).Result)).Distinct());

    /// <inheritdoc/>
    public override string ToString() => $"[{Invoked}, {(IsKnown ? Returned : "lost")}] "
        + $"{Submission.Command} as {Submission.Once?.Key ?? Submission.Once?.EventId ?? "itself"} -> {Seen ?? "unknown"}";
}
