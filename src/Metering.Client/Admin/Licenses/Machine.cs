namespace Metering.Client.Admin;

/// <summary>A machine that is registered on a license.</summary>
public sealed record Machine
{
    /// <summary>What the licensed software recognizes the machine by.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>For people; null where none was given.</summary>
    public string? Name { get; init; }

    /// <summary>What counts of it against the license's limit of cores.</summary>
    public decimal Cores { get; init; }

    /// <summary>When it was registered last, UTC.</summary>
    public DateTimeOffset At { get; init; }
}
