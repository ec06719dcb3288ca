using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Metering;

/// <summary>
/// One UTC day's aggregate of one feature of one license, with absolute totals. A day in which nothing happened has no rollup; for a
/// standing level it is all of <see cref="Opening"/> of the next rollup, or of the level as it stands where no rollup follows.
/// </summary>
public sealed record DayRollup
{
    /// <summary>Most users that a day keeps apart; the rest are counted together under <see cref="OtherUsers"/>.</summary>
    // User ids are the caller's, so without a bound a day could grow without end.
    public const int MaxUsers = 100;

    /// <summary>The name under which users beyond <see cref="MaxUsers"/> are counted together.</summary>
    public const string OtherUsers = "(other)";

    /// <summary>The day, UTC.</summary>
    public DateOnly Day { get; init; }

    /// <summary>How many changes were counted.</summary>
    public long Count { get; init; }

    /// <summary>How many of the changes were corrections, which have no value: min, max and last say nothing of them.</summary>
    public long Corrections { get; init; }

    /// <summary>Whether any change had a value; else min, max and last mean nothing.</summary>
    [JsonIgnore]
    public bool HasValue => Count > Corrections;

    /// <summary>Sum of the changes: what they added to use, less what corrections took away.</summary>
    public decimal Sum { get; init; }

    /// <summary>Smallest value: of a counter's deltas, of the levels that uses left. See <see cref="OutOfOrder"/>.</summary>
    public decimal Min { get; init; }

    /// <summary>Largest value. See <see cref="OutOfOrder"/>.</summary>
    public decimal Max { get; init; }

    /// <summary>Last value.</summary>
    public decimal Last { get; init; }

    /// <summary>The part of <see cref="Sum"/> that nothing covered.</summary>
    public decimal Overage { get; init; }

    /// <summary>For a standing level (gauge, up_down): the level at which the day began.</summary>
    public decimal Opening { get; init; }

    /// <summary>
    /// For a standing level: units × seconds over the whole day, the last level taken to hold until its end. The mean of a closed day is
    /// this by 86,400; of the day that is open, take away the level × the seconds that are left of it. Times are in whole
    /// milliseconds; exact as long as it has no more than 28 digits.
    /// </summary>
    public decimal UnitSeconds { get; init; }

    /// <summary>For a standing level: when it last moved in the day, in milliseconds from the day's beginning.</summary>
    public int MovedAt { get; init; }

    /// <summary>
    /// For a standing level: whether a change came after one that happened later on the same day. It lifted a part of the day, and a
    /// rollup does not know which: then the extremes are known from the ledger alone, and <see cref="Min"/> and <see cref="Max"/> are
    /// not them.
    /// </summary>
    public bool OutOfOrder { get; init; }

    /// <summary>What the day's use cost.</summary>
    public decimal Cost { get; init; }

    /// <summary>How many consumes were refused. A refusal changes no count, so this is a tally, not evidence.</summary>
    public long Refused { get; init; }

    /// <summary>Use by user, for changes that named one.</summary>
    public ImmutableSortedDictionary<string, UserUse>? ByUser { get; init; }
}
