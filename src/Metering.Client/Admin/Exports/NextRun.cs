namespace Metering.Client.Admin;

/// <summary>An export that a schedule will make.</summary>
public sealed record NextRun
{
    /// <summary>When it is due.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>The beginning of its span.</summary>
    public DateTimeOffset From { get; init; }

    /// <summary>The end of its span, which is not in it.</summary>
    public DateTimeOffset To { get; init; }

    /// <summary>Whether it is the provisional or the final one: <c>provisional</c> or <c>final</c>.</summary>
    public required string State { get; init; }

    /// <summary>What its file holds: another report where that was changed since its run came. Null from an older meter.</summary>
    public string? Report { get; init; }
}
