namespace MeterFunctions.Evidence;

/// <summary>What came of a step of a verification.</summary>
internal sealed record VerificationStep
{
    /// <summary>What differs, in words for an operator.</summary>
    public IReadOnlyList<string> Differences { get; init; } = [];

    /// <summary>What could not be looked at, and why.</summary>
    public IReadOnlyList<string> Unfollowed { get; init; } = [];

    /// <summary>How many licenses were looked at.</summary>
    public int Licenses { get; init; }

    /// <summary>How many rows of the directory lead nowhere because a writer broke off; they are no difference.</summary>
    public int Leftovers { get; init; }

    /// <summary>Where the next step begins, now or in another run.</summary>
    public required VerificationPlace Next { get; init; }
}
