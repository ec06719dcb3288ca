using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Metering;

/// <summary>A grant and how it stands.</summary>
public sealed record GrantAnswer : Answer
{
    /// <summary>By which it is voided; unique on its license.</summary>
    public required string Id { get; init; }

    /// <summary>Which feature may be used more.</summary>
    public required string FeatureCode { get; init; }

    /// <summary>Units given; with a recurrence, each time anew.</summary>
    public decimal Amount { get; init; }

    /// <summary>Units given so far.</summary>
    public decimal Granted { get; init; }

    /// <summary>Units used so far.</summary>
    public decimal Used { get; init; }

    /// <summary>Units left.</summary>
    public decimal Remaining { get; init; }

    /// <summary>Units that ended unused.</summary>
    public decimal Lapsed { get; init; }

    /// <summary>Lower numbers burn first.</summary>
    public int Priority { get; init; }

    /// <summary>From when, UTC.</summary>
    public DateTimeOffset EffectiveAt { get; init; }

    /// <summary>Until when, UTC; null: never expires.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Most that is kept at a period's end or a recurrence.</summary>
    public decimal? RolloverMax { get; init; }

    /// <summary>How often the amount is given anew.</summary>
    public Interval Recurrence { get; init; }

    /// <summary>How it stands.</summary>
    public GrantStatus Status { get; init; }

    /// <summary>When it was over, UTC; null while it is not.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Number of the entry that made it, by which grants are listed: it never changes, as the order of burning does.</summary>
    [JsonIgnore]
    public long CreatedSequence { get; init; }

    /// <summary>Grants of the license, the last ones that ended included, in the order of their making.</summary>
    internal static ImmutableArray<GrantAnswer> AllOf(Change change) =>
    [
        .. change.State.Meters
            .Select(known => Timeline.Advance(known, change))
            .SelectMany(meter => meter.EndedGrants.Concat(meter.Grants).Select(grant => Of(meter, grant)))
            .OrderBy(grant => grant.CreatedSequence),
    ];

    /// <summary>How a grant stands.</summary>
    internal static GrantAnswer Of(MeterState meter, GrantState grant) => new()
    {
        Id = grant.Id,
        FeatureCode = meter.Feature.Code,
        Amount = grant.Amount,
        Granted = grant.Granted,
        Used = grant.Used,
        Remaining = grant.Left,
        Lapsed = grant.Lapsed,
        Priority = grant.Priority,
        EffectiveAt = grant.EffectiveAt,
        ExpiresAt = grant.ExpiresAt,
        RolloverMax = grant.RolloverMax,
        Recurrence = grant.Recurrence,
        Status = grant.Ended switch
        {
            GrantEnd.UsedUp => GrantStatus.UsedUp,
            GrantEnd.Expired => GrantStatus.Expired,
            GrantEnd.Voided => GrantStatus.Voided,
            _ when !grant.Active => GrantStatus.Scheduled,
            // It is moved to those that are over at the end of its period, and until then has nothing left all the same. A standing level
            // only occupies it: when the level falls, the grant may be used again.
            _ when grant is { Left: 0, Recurrence: Interval.None } && meter.Metric.SpendsGrants => GrantStatus.UsedUp,
            _ => GrantStatus.Active,
        },
        EndedAt = grant.EndedAt,
        CreatedSequence = grant.CreatedSequence,
    };
}
