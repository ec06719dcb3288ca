namespace Metering.Client.Admin;

/// <summary>A dead letter that still can't be counted.</summary>
public sealed record RefusedLetter
{
    /// <summary>Which one stays.</summary>
    public required string Id { get; init; }

    /// <summary>Why, as a code.</summary>
    public required string Code { get; init; }

    /// <summary>Why, for people.</summary>
    public required string Detail { get; init; }
}
