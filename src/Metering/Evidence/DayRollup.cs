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

    private Extras extras = Extras.None;

    /// <summary>The day, UTC.</summary>
    public DateOnly Day { get; init; }

    /// <summary>How many changes were counted.</summary>
    public long Count { get; init; }

    /// <summary>
    /// How many of the changes have no value, so that min, max and last say nothing of them: corrections, and what moved a standing level's
    /// overage without use.
    /// </summary>
    public long Corrections
    {
        get => extras.Corrections;
        init => extras = value == extras.Corrections ? extras : extras with { Corrections = value };
    }

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
    public decimal Opening
    {
        get => extras.Opening;
        init => extras = value == extras.Opening ? extras : extras with { Opening = value };
    }

    /// <summary>
    /// For a standing level: units × seconds over the whole day, the last level taken to hold until its end. The mean of a closed day is
    /// this by 86,400; of the day that is open, take away the level × the seconds that are left of it. Times are in whole
    /// milliseconds; exact as long as it has no more than 28 digits.
    /// </summary>
    public decimal UnitSeconds
    {
        get => extras.UnitSeconds;
        init => extras = value == extras.UnitSeconds ? extras : extras with { UnitSeconds = value };
    }

    /// <summary>For a standing level: when it last moved in the day, in milliseconds from the day's beginning.</summary>
    public int MovedAt
    {
        get => extras.MovedAt;
        init => extras = value == extras.MovedAt ? extras : extras with { MovedAt = value };
    }

    /// <summary>
    /// For a standing level: whether a change came after one that happened later on the same day. It lifted a part of the day, and a
    /// rollup does not know which: then the extremes are known from the ledger alone, and <see cref="Min"/> and <see cref="Max"/> are
    /// not them.
    /// </summary>
    public bool OutOfOrder
    {
        get => extras.OutOfOrder;
        init => extras = value == extras.OutOfOrder ? extras : extras with { OutOfOrder = value };
    }

    /// <summary>What the day's use cost.</summary>
    public decimal Cost { get; init; }

    /// <summary>How many consumes were refused. A refusal changes no count, so this is a tally, not evidence.</summary>
    public long Refused
    {
        get => extras.Refused;
        init => extras = value == extras.Refused ? extras : extras with { Refused = value };
    }

    /// <summary>Use by user, for changes that named one.</summary>
    public ImmutableSortedDictionary<string, UserUse>? ByUser
    {
        get => extras.ByUser;
        init => extras = ReferenceEquals(value, extras.ByUser) ? extras : extras with { ByUser = value };
    }

    // What most days do not have, in one reference, as in MeterState.
    private sealed record Extras
    {
        public static readonly Extras None = new();

        public long Corrections { get; init; }

        public decimal Opening { get; init; }

        public decimal UnitSeconds { get; init; }

        public int MovedAt { get; init; }

        public bool OutOfOrder { get; init; }

        public long Refused { get; init; }

        public ImmutableSortedDictionary<string, UserUse>? ByUser { get; init; }
    }
}
