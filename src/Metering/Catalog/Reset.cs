namespace Metering;

/// <summary>When a meter starts anew: an interval, the anchor from which it is counted, and the time zone.</summary>
public sealed record Reset
{
    /// <summary>No reset: one period that never ends.</summary>
    public static readonly Reset Never = new();

    /// <summary>The interval; <see cref="Metering.Interval.None"/> by default.</summary>
    public Interval Interval { get; init; }

    /// <summary>From what the interval is counted.</summary>
    public AnchorKind Anchor { get; init; }

    /// <summary>From what periods are counted with <see cref="AnchorKind.At"/>, UTC; null with any other.</summary>
    public DateTimeOffset? AnchorAt { get; init; }

    /// <summary>IANA time zone; null for the license's, which is UTC where it has none.</summary>
    public string? TimeZone { get; init; }

    /// <summary>The schedule of periods for a license.</summary>
    /// <param name="licenseAnchor">The license's own anchor.</param>
    /// <param name="licenseTimeZone">The license's own time zone; null for UTC.</param>
    public PeriodSchedule ScheduleFor(DateTimeOffset licenseAnchor, string? licenseTimeZone)
    {
        var zone = TimeZone ?? licenseTimeZone;
        return Anchor switch
        {
            // Without an interval the calendar's anchor would be the start of the one period: 2001, long before the license.
            AnchorKind.Calendar when Interval != Interval.None => PeriodSchedule.Calendar(Interval, zone),
            AnchorKind.At when AnchorAt is { } at => new PeriodSchedule(Interval, at, zone),
            _ => new PeriodSchedule(Interval, licenseAnchor, zone),
        };
    }
}
