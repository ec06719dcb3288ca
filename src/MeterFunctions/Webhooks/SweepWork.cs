namespace MeterFunctions.Webhooks;

/// <summary>How far a sweep has come.</summary>
/// <param name="From">Where the next page of intents begins; null at the beginning, and at the end.</param>
/// <param name="FoundAny">Whether there was any intent so far.</param>
public sealed record SweepWork(string? From, bool FoundAny)
{
    /// <summary>The beginning.</summary>
    public static readonly SweepWork Start = new(null, false);
}
