namespace Metering;

/// <summary>What became of events.</summary>
/// <param name="Accepted">How many were taken in, duplicates not included.</param>
/// <param name="Duplicates">How many had been counted before.</param>
/// <param name="Rejected">Those that can't be counted, with the reason.</param>
public sealed record IntakeResult(int Accepted, int Duplicates, IReadOnlyList<RejectedEvent> Rejected)
{
    /// <summary>The code of a rejected event that may be counted when it is sent again: the host could not take it now.</summary>
    public const string Busy = "busy";
}
