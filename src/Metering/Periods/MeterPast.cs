using System.Collections.Immutable;

namespace Metering;

/// <summary>
/// What is kept of a meter's past, so that use which arrives late counts where it happened, and what was removed stays removed (rule
/// 10). All of it is bounded, by the late window and by number.
/// </summary>
public sealed record MeterPast
{
    /// <summary>A past of which nothing needs to be known.</summary>
    public static readonly MeterPast None = new();

    /// <summary>
    /// Closed periods of a counter or total in which late use may still count, oldest first; at most
    /// <see cref="MeterLimits.ClosedPeriods"/>.
    /// </summary>
    public ImmutableArray<ClosedPeriod> Periods { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>
    /// Earlier terms that <see cref="Periods"/> still refer to, oldest first; at most <see cref="MeterLimits.FormerTerms"/>.
    /// </summary>
    public ImmutableArray<FormerTerms> FormerTerms { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>The number of the terms in effect; it rises when they change while a closed period refers to them.</summary>
    public int TermsNumber { get; init; }

    /// <summary>
    /// From when use counts in the open period, where that is not its start: a changed reset interval opens another period at once,
    /// and the use of the one before goes on in it. Null: from its start.
    /// </summary>
    public DateTimeOffset? CountsFrom { get; init; }

    /// <summary>
    /// Number of the entry of the reset since which use counts in the open period: use in the same millisecond before the reset does not.
    /// 0: the period did not begin with a reset.
    /// </summary>
    public long BegunByReset { get; init; }

    /// <summary>Periods that ended by this are closed for good: they stay closed when the late window is raised. Null: none are.</summary>
    public DateTimeOffset? ClosedThrough { get; init; }

    /// <summary>
    /// Days that ended by this are closed for good, each with a rollup of its own. Kept apart from <see cref="ClosedThrough"/>: a refusal
    /// lets a day close and leaves no entry, so the rollups tell this, and not the ledger. Null: none are.
    /// </summary>
    public DateTimeOffset? DaysClosedThrough { get; init; }

    /// <summary>
    /// When an operator last reset a gauge, total or up_down: what happened before changes nothing any more. Null: never.
    /// </summary>
    public DateTimeOffset? ResetAt { get; init; }

    /// <summary>
    /// Keys of readings that were removed, and when: older readings of them change nothing. At most
    /// <see cref="MeterLimits.RemovedKeys"/>.
    /// </summary>
    public ImmutableDictionary<string, DateTimeOffset>? Removed { get; init; }

    /// <summary>
    /// The latest removal that is no longer in <see cref="Removed"/>. A key that is not known may be one of those, so an older reading
    /// of it changes nothing either. Null: all removals are there.
    /// </summary>
    public DateTimeOffset? RemovedThrough { get; init; }

    /// <summary>Whether nothing needs to be known.</summary>
    public bool IsEmpty => Periods.IsEmpty && FormerTerms.IsEmpty && TermsNumber == 0 && CountsFrom is null && BegunByReset == 0
        && ClosedThrough is null && DaysClosedThrough is null && ResetAt is null && Removed is null && RemovedThrough is null;

    /// <summary>What a meter keeps; <see cref="None"/> where it keeps nothing.</summary>
    public static MeterPast Of(MeterState meter) => meter.Past ?? None;

    /// <summary>The terms under which a period was closed.</summary>
    public static Terms TermsOf(MeterState meter, ClosedPeriod closed)
    {
        foreach (var former in Of(meter).FormerTerms)
        {
            if (former.Number == closed.TermsNumber)
            {
                return former.Terms;
            }
        }

        // Its terms have not been replaced since, so they are still the meter's.
        return meter.Terms;
    }
}
