namespace MeterFunctions.Retention;

/// <summary>The parts of a run over a license, in their order.</summary>
public enum RetentionPart
{
    /// <summary>The memory of submissions.</summary>
    Submissions,

    /// <summary>The memory of idempotency keys and event ids.</summary>
    Identities,

    /// <summary>Evidence and rollups; then, if it was deleted, the license itself.</summary>
    Evidence,
}
