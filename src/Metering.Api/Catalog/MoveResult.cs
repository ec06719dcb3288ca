namespace Metering.Api;

/// <summary>What became of a license that a migration came to.</summary>
public enum MoveResult
{
    /// <summary>It has left its version for the new one.</summary>
    Moved,

    /// <summary>It was left alone: not on the plan, or on the version already.</summary>
    LeftAlone,

    /// <summary>It could not be moved, and would not be by another try.</summary>
    Failed,
}
