namespace MeterFunctions.Licenses;

/// <summary>What became of an attempt's transaction.</summary>
internal enum CommitOutcome
{
    /// <summary>It is durable.</summary>
    Committed,

    /// <summary>Another writer has committed first; nothing was written.</summary>
    LostRace,

    /// <summary>One of its commands was counted before; nothing was written.</summary>
    Duplicate,
}
