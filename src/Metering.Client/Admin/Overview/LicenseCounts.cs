namespace Metering.Client.Admin;

/// <summary>How many licenses there are, by how they stand; deleted ones are not among them.</summary>
public sealed record LicenseCounts
{
    /// <summary>When the look at all licenses began, UTC.</summary>
    public DateTimeOffset AsOf { get; init; }

    /// <summary>
    /// Whether all were looked at. A look stops after a second and goes on with the next request, so of many licenses the first answers
    /// know a part; from then on they show the last look that was complete.
    /// </summary>
    public bool IsComplete { get; init; }

    /// <summary>How many were looked at.</summary>
    public int Total { get; init; }

    /// <summary>Those that are valid.</summary>
    public int Active { get; init; }

    /// <summary>Those that an operator has suspended.</summary>
    public int Suspended { get; init; }

    /// <summary>Those whose time is over.</summary>
    public int Expired { get; init; }

    /// <summary>Those whose state could not be read, because it is damaged or of another version.</summary>
    public int Unreadable { get; init; }
}
